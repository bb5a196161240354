package dev.berth.definition.devcontainer;

import dev.berth.definition.Container;
import dev.berth.definition.Definition;
import dev.berth.definition.Lifecycle;
import dev.berth.definition.Origin;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.JsonText;
import dev.berth.definition.reading.JsoncText;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.TaskPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The label {@link #LABEL} of an image: what the features in it and the file that it was built of
 * say, so that a repository need not say it again.
 */
public final class ImageMetadata {
  /** Its name among an image's labels. */
  public static final String LABEL = "devcontainer.metadata";

  private static final int MOST_ENTRIES = 256; // one for each feature and file

  /** Of all settings together, characters. */
  private static final int MOST_SETTING = 256 * 1024;

  /** A label longer than this no registry takes with an image's configuration. */
  private static final int MOST_LABEL = 1 << 20;

  /** For what no repository matters to. */
  private static final Surroundings NOWHERE = Surroundings.of("image", "");

  private ImageMetadata() {}

  /**
   * What a file and its image say together: the label's entries in their order, the file last
   * (specification, "Merge Logic").
   *
   * @param path the file's, relative to the repository's root
   * @param label the label's text
   */
  public static Definition merged(
      String label, String path, byte[] file, Surroundings surroundings) {
    var ofLabel = new Findings(LABEL);
    var ofFile = new Findings(path);
    var all = Stated.NOTHING;
    for (var entry : entries(label, surroundings, ofLabel)) all = all.and(entry);
    all = all.and(DevcontainerJson.stated(path, file, surroundings, ofFile));
    var findings = new ArrayList<>(ofLabel.inOrder());
    findings.addAll(ofFile.inOrder());
    return new Effective(all, surroundings).definition().with(Origin.NONE, findings);
  }

  /**
   * A definition with what its image says of itself beneath it, as the specification merges them:
   * commands of the image come before the file's, its variables, settings and extensions count
   * where the file says nothing of the same name. The findings are those of the label only.
   *
   * @param label the label's text
   */
  public static Definition under(String label, Definition definition, Surroundings surroundings) {
    var findings = new Findings(LABEL);
    var all = Stated.NOTHING;
    for (var entry : entries(label, surroundings, findings)) all = all.and(entry);
    var image = new Effective(all, surroundings).definition();
    var own = definition.container();
    var lifecycle = both(image.container().lifecycle(), own.lifecycle());
    var mounts = Stated.mounts(image.container().mounts(), own.mounts());
    var before = surroundings.repository() + "/";
    var folder =
        definition
            .workspaceLocation()
            .filter(path -> path.startsWith(before))
            .map(path -> path.substring(before.length()))
            .orElse(".");
    var name = definition.tasks().stream().findFirst().flatMap(TaskPlan::name);
    var extensions = new LinkedHashMap<String, String>();
    for (var one : image.extensions()) extensions.put(one.toLowerCase(Locale.ROOT), one);
    own.unwanted().forEach(extensions::remove);
    for (var one : definition.extensions()) extensions.put(one.toLowerCase(Locale.ROOT), one);
    return new Definition(
        definition.origin(),
        definition.image(),
        ports(image, definition),
        LifecycleTask.of(lifecycle, name, folder, mounts).map(List::of).orElse(List.of()),
        definition.checkoutLocation(),
        definition.workspaceLocation(),
        List.copyOf(extensions.values()),
        definition.gitConfig(),
        over(image.env(), definition.env()),
        definition.repositories(),
        definition.jetbrains(),
        definition.coreDump(),
        definition.prebuilds(),
        new Container(
            own.user().or(image.container()::user),
            own.init(),
            mounts,
            own.features(),
            own.featureOrder(),
            own.locked(),
            lifecycle,
            over(image.container().remoteEnv(), own.remoteEnv()),
            settings(image.container().settings(), own.settings()),
            own.unwanted(),
            own.needs()),
        findings.inOrder());
  }

  /** As whom processes run, as the label says. */
  public static Optional<String> user(String label) {
    var all = Stated.NOTHING;
    for (var entry : entries(label, NOWHERE, new Findings(LABEL))) all = all.and(entry);
    return all.users().remote().or(all.users()::container);
  }

  private static Lifecycle both(Lifecycle image, Lifecycle own) {
    return new Lifecycle(
        joined(image.entrypoints(), own.entrypoints()),
        joined(image.onCreate(), own.onCreate()),
        joined(image.updateContent(), own.updateContent()),
        joined(image.postCreate(), own.postCreate()),
        joined(image.postStart(), own.postStart()),
        joined(image.postAttach(), own.postAttach()),
        own.waitFor());
  }

  private static List<PortPlan> ports(Definition image, Definition own) {
    var more =
        image.ports().stream()
            .filter(port ->
                own.ports().stream()
                    .noneMatch(said -> said.first() == port.first() && said.last() == port.last()))
            .toList();
    return joined(own.ports(), more);
  }

  private static String settings(String image, String own) {
    return Effective.json(over(settings(image), settings(own)));
  }

  private static Map<String, String> settings(String json) {
    var settings = new LinkedHashMap<String, String>();
    var value = JsoncText.read(json.getBytes(StandardCharsets.UTF_8), new Findings(LABEL));
    if (value.isPresent() && value.get() instanceof Value.Fields(_, var fields)) {
      fields.forEach((name, field) ->
          JsonText.of(field.value(), MOST_SETTING).ifPresent(text -> settings.put(name, text)));
    }
    return settings;
  }

  private static <T> List<T> joined(List<T> one, List<T> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private static Map<String, String> over(Map<String, String> one, Map<String, String> other) {
    var both = new LinkedHashMap<>(one);
    both.putAll(other);
    return both;
  }

  /**
   * The label of an image that more was installed into.
   *
   * @param before the label so far
   * @param more entries of features, in the order of their installation, each a mapping in JSON
   */
  public static String label(Optional<String> before, List<String> more) {
    var entries = new ArrayList<String>();
    var root =
        before.flatMap(
            label -> JsoncText.read(label.getBytes(StandardCharsets.UTF_8), new Findings(LABEL)));
    List<Value> values =
        root.isPresent() && root.get() instanceof Value.Items(_, var items)
            ? items
            : root.stream().toList();
    values.stream()
        .limit(MOST_ENTRIES)
        .forEach(value -> JsonText.of(value, MOST_LABEL).ifPresent(entries::add));
    entries.addAll(more);
    return "[" + String.join(",", entries) + "]";
  }

  static List<Stated> entries(String label, Surroundings surroundings, Findings findings) {
    var root = JsoncText.read(label.getBytes(StandardCharsets.UTF_8), findings);
    if (root.isEmpty()) return List.of();
    List<Value> values =
        root.get() instanceof Value.Items(_, var items) ? items : List.of(root.get());
    var entries = new ArrayList<Stated>();
    for (var value : values.subList(0, Math.min(values.size(), MOST_ENTRIES))) {
      if (value instanceof Value.Fields fields) {
        var section = new Section(fields, "in an entry", findings);
        entries.add(DevcontainerJson.entry(section, surroundings, findings));
      } else {
        findings.error(
            value.place(),
            "An entry of metadata is a mapping, and this is %s; it is not used."
                .formatted(value.kind()),
            "Build the image anew.");
      }
    }
    return entries;
  }
}
