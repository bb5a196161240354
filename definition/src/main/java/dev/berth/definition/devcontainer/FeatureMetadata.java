package dev.berth.definition.devcontainer;

import dev.berth.base.json.Json;
import dev.berth.definition.Feature;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.JsonText;
import dev.berth.definition.reading.JsoncText;
import dev.berth.definition.reading.Place;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Variables;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a feature's {@code devcontainer-feature.json} says.
 *
 * @param id its short name
 * @param version its own; empty where it names none
 * @param dependsOn features that must be there before it, with their options
 * @param installsAfter ids of features that come before it where they are wanted at all
 * @param legacyIds names that it had before
 * @param defaults of its options, by name; some have none
 * @param containerEnv set for its own installation, for those after it and for all processes; may
 *     hold {@code ${NAME}} of what was set before
 * @param entry what it says to whoever uses the image: a mapping in JSON, for the image's label
 */
public record FeatureMetadata(
    String id,
    String version,
    List<Feature> dependsOn,
    List<String> installsAfter,
    List<String> legacyIds,
    Map<String, String> defaults,
    Map<String, String> containerEnv,
    String entry) {
  /** Its name in a feature's folder. */
  public static final String FILE = "devcontainer-feature.json";

  private static final int MOST_OPTIONS = 64;
  private static final int MOST_OPTION = 4096;

  /** Of the label's part; the largest known has 4 KiB. */
  private static final int MOST_ENTRY = 16 * 1024;

  /** What belongs into an image's label (specification, "Image Metadata"). */
  private static final List<String> FOR_USERS =
      List.of(
          "init",
          "privileged",
          "capAdd",
          "securityOpt",
          "entrypoint",
          "mounts",
          "customizations",
          "onCreateCommand",
          "updateContentCommand",
          "postCreateCommand",
          "postStartCommand",
          "postAttachCommand");

  public FeatureMetadata {
    dependsOn = List.copyOf(dependsOn);
    installsAfter = List.copyOf(installsAfter);
    legacyIds = List.copyOf(legacyIds);
    defaults = Map.copyOf(defaults);
    containerEnv = new LinkedHashMap<>(containerEnv);
  }

  /** What only decides when it is installed. */
  FeatureMetadata(
      String id,
      String version,
      List<Feature> dependsOn,
      List<String> installsAfter,
      List<String> legacyIds) {
    this(id, version, dependsOn, installsAfter, legacyIds, Map.of(), Map.of(), "{}");
  }

  /** What {@code bytes} say; empty where they cannot be read or name no id. */
  public static Optional<FeatureMetadata> read(byte[] bytes, Findings findings) {
    var root = JsoncText.read(bytes, findings);
    if (root.isEmpty() || !(root.get() instanceof Value.Fields fields)) return Optional.empty();
    var file = new Section(fields, "", findings);
    var id = file.label("id").filter(name -> name.matches("[A-Za-z0-9._-]{1,128}"));
    if (id.isEmpty()) {
      findings.error(file.place(), "The feature has no id.", "Add \"id\", the folder's name.");
      return Optional.empty();
    }
    var features = new FeatureFields(findings, FilePaths.of(FILE, findings));
    return Optional.of(
        new FeatureMetadata(
            id.get().toLowerCase(Locale.ROOT),
            file.label("version").orElse(""),
            features.read(file, "dependsOn"),
            features.ids(file, "installsAfter"),
            features.ids(file, "legacyIds"),
            defaults(file),
            new Variables(findings).read(file, "containerEnv"),
            entry(fields, file, findings)));
  }

  private static Map<String, String> defaults(Section file) {
    var defaults = new LinkedHashMap<String, String>();
    file.map("options", MOST_OPTIONS)
        .forEach((name, field) -> {
          if (field.value() instanceof Value.Fields(_, var fields)
              && fields.containsKey("default")
              && fields.get("default").value() instanceof Value.Scalar scalar
              && file.fits(scalar, MOST_OPTION)) {
            defaults.put(name, scalar.isNothing() ? "" : scalar.text());
          }
        });
    return defaults;
  }

  private static String entry(Value.Fields all, Section file, Findings findings) {
    var some = new LinkedHashMap<String, Value.Field>();
    for (var name : FOR_USERS) {
      var field = all.fields().get(name);
      if (field != null) some.put(name, field);
    }
    var json = JsonText.of(new Value.Fields(Place.START, some), MOST_ENTRY);
    if (json.isEmpty()) {
      findings.error(
          file.place(),
          "What the feature says to editors and at starts is too large; it is not used.",
          "Shorten its commands and customizations.");
    }
    return json.orElse("{}");
  }

  /**
   * The options as its installation finds them in its environment: the defaults, and over them what
   * was chosen (specification, "Option Resolution").
   */
  public Map<String, String> environment(Map<String, String> chosen) {
    var environment = new TreeMap<String, String>();
    defaults.forEach((name, value) -> environment.put(variable(name), value));
    chosen.forEach((name, value) -> environment.put(variable(name), value));
    return environment;
  }

  private static String variable(String option) {
    return option
        .replaceAll("[^A-Za-z0-9_]", "_")
        .replaceAll("^[0-9_]+", "_")
        .toUpperCase(Locale.ROOT);
  }

  /** The same, depending on others. */
  public FeatureMetadata dependingOn(List<Feature> others) {
    return new FeatureMetadata(
        id, version, others, installsAfter, legacyIds, defaults, containerEnv, entry);
  }

  /** {@link #entry} with the name by which a repository wanted it. */
  public String entry(String name) {
    var id = "{\"id\":" + Json.write(name);
    return entry.equals("{}") ? id + "}" : id + "," + entry.substring(1);
  }
}
