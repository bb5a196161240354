package dev.berth.definition.devcontainer;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.definition.Container.Mount;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.InsidePath;
import dev.berth.definition.reading.Place;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Value.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code mounts}: texts as {@code docker run --mount} takes them, or mappings. */
final class MountFields {
  private static final int MOST = 64;
  private static final int MOST_TEXT = 4096;

  /** What the system, Berth and the files of a workspace need, and what these lie in. */
  private static final Pattern OURS =
      Pattern.compile(
          "/\\.?|/(?:proc|sys|dev|\\.supervisor|\\.berth|etc|bin|sbin|lib|lib64|usr|opt/ide|run/berth)(?:/.*)?"
              + "|/(?:workspace|home|root|opt|run|var|home/[^/]+)");

  private final Findings findings;
  private final Substitution substitution;

  MountFields(Findings findings, Substitution substitution) {
    this.findings = findings;
    this.substitution = substitution;
  }

  List<Mount> read(Section file) {
    var mounts = new ArrayList<Mount>();
    for (var item : file.items("mounts", MOST)) {
      switch (item) {
        case Scalar scalar when scalar.type() == Value.Type.TEXT && file.fits(scalar, MOST_TEXT) ->
            mount(item.place(), options(scalar.text())).ifPresent(mounts::add);
        case Value.Fields fields -> {
          var options = new LinkedHashMap<String, String>();
          var section = file.inner(fields, "in a mount");
          for (var name : List.of("type", "source", "src", "target", "dst", "destination")) {
            section.text(name, MOST_TEXT).ifPresent(text -> options.put(name, text));
          }
          section.truth("readonly").ifPresent(only -> options.put("readonly", "" + only));
          section.know("external");
          section.finish();
          mount(item.place(), options).ifPresent(mounts::add);
        }
        case Scalar _, Value.Items _ ->
            findings.error(
                item.place(),
                "A mount is a text or a mapping, and this is %s; it is not made."
                    .formatted(item.kind()),
                "Write \"type=volume,source=name,target=/folder\".");
      }
    }
    return mounts;
  }

  /** {@code type=volume,source=a,target=/b}, in any order; a name alone is true. */
  static Map<String, String> options(String text) {
    var options = new LinkedHashMap<String, String>();
    for (var part : text.split(",")) {
      int equals = part.indexOf('=');
      var name = (equals < 0 ? part : part.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
      options.put(name, equals < 0 ? "true" : part.substring(equals + 1).strip());
    }
    return options;
  }

  private Optional<Mount> mount(Place place, Map<String, String> options) {
    var type = options.getOrDefault("type", "volume");
    if (type.equals("bind")) {
      findings.error(
          place,
          "The files of the machine are not shown in a workspace: %s is not mounted."
              .formatted(Quoted.text(first(options, "source", "src"))),
          "Put what is needed into the repository, or keep secrets as variables of your account.");
      return Optional.empty();
    }
    var target =
        target(place, substitution.of(first(options, "target", "dst", "destination"), place));
    if (target.isEmpty()) return Optional.empty();
    return switch (type) {
      case "volume" -> volume(place, options, target.get());
      case "tmpfs" -> inMemory(place, target.get());
      default -> {
        findings.error(
            place,
            "There is no kind of mount %s; it is not made.".formatted(Quoted.text(type)),
            "Write type=volume or type=tmpfs.");
        yield Optional.empty();
      }
    };
  }

  /** What all of a workspace stands on cannot be hidden by something empty. */
  private Optional<Mount> inMemory(Place place, String target) {
    if (OURS.matcher(target).matches()) {
      findings.error(
          place,
          "%s cannot be in memory: a workspace cannot do without what is there."
              .formatted(Quoted.text(target)),
          "Choose a folder of its own.");
      return Optional.empty();
    }
    return Optional.of(new Mount.Memory(target));
  }

  private Optional<Mount> volume(Place place, Map<String, String> options, String target) {
    var name = substitution.of(first(options, "source", "src"), place);
    if (!name.isEmpty() && !name.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")) {
      findings.error(
          place,
          "%s is no name of a volume; it is not made.".formatted(Quoted.text(name)),
          "Use letters, digits, _, . and -.");
      return Optional.empty();
    }
    findings.warning(
        place,
        "%s is a folder of the workspace's own, no volume: it is kept as all its files are, and no other workspace sees it."
            .formatted(target),
        "Nothing is to be done, unless other workspaces were to see the same files.");
    boolean readOnly =
        !"false".equals(options.getOrDefault("readonly", options.getOrDefault("ro", "false")));
    return Optional.of(new Mount.Volume(name, target, readOnly));
  }

  private Optional<String> target(Place place, String target) {
    if (target.startsWith("/")) {
      try {
        return Optional.of("/" + InsidePath.parse(target.substring(1), "/"));
      } catch (Problem.Invalid e) {
        findings.error(place, e.what() + " It is not used.", e.remedy());
        return Optional.empty();
      }
    }
    findings.error(
        place,
        "A mount's target is an absolute path, and this is %s; it is not made."
            .formatted(Quoted.text(target)),
        "Write target=/folder.");
    return Optional.empty();
  }

  private static String first(Map<String, String> options, String... names) {
    for (var name : names) {
      var value = options.get(name);
      if (value != null) return value;
    }
    return "";
  }
}
