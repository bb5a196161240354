package dev.berth.definition.devcontainer;

import dev.berth.base.text.Quoted;
import dev.berth.definition.Feature;
import dev.berth.definition.Feature.Place;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.JsoncText;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code devcontainer-lock.json}: which build of each feature a repository was tried with.
 *
 * @param features by the name that devcontainer.json gives them, with its version, in small letters
 */
public record LockFile(Map<String, Locked> features) {
  /**
   * Its name, beside a file that is called devcontainer.json; with a dot before it where that has
   * one.
   */
  public static final String FILE = "devcontainer-lock.json";

  private static final int MOST = 256;

  /**
   * A build of a feature.
   *
   * @param version its number
   * @param resolved a registry's name with a digest, or an address
   * @param integrity of what was fetched: {@code sha256:} and 64 digits
   */
  public record Locked(String version, String resolved, String integrity) {}

  public LockFile {
    features = Map.copyOf(features);
  }

  /** What {@code bytes} say; what is wrong in them locks nothing. */
  public static LockFile read(byte[] bytes, Findings findings) {
    var locked = new LinkedHashMap<String, Locked>();
    var root = JsoncText.read(bytes, findings);
    if (root.isPresent() && root.get() instanceof Value.Fields fields) {
      var file = new Section(fields, "", findings);
      file.map("features", MOST)
          .forEach((name, field) ->
              locked(name, field, file, findings)
                  .ifPresent(one -> locked.put(name.toLowerCase(Locale.ROOT), one)));
      file.finish();
    }
    return new LockFile(locked);
  }

  private static Optional<Locked> locked(
      String name, Value.Field field, Section file, Findings findings) {
    if (field.value() instanceof Value.Fields fields) {
      var entry = file.inner(fields, "in a locked feature");
      var version = entry.label("version").orElse("");
      var resolved = entry.text("resolved", 1024).orElse("");
      var integrity = entry.text("integrity", 128).orElse("");
      entry.know("dependsOn"); // read from the feature itself
      entry.finish();
      if (integrity.matches("sha256:[0-9a-f]{64}") && !resolved.isBlank()) {
        return Optional.of(new Locked(version, resolved, integrity));
      }
    }
    findings.error(
        field.name(),
        "The feature %s is locked to nothing that can be checked; it is taken as its version says."
            .formatted(Quoted.text(name)),
        "Write the lock file anew.");
    return Optional.empty();
  }

  /** What each of its features is locked to: a registry's name with a digest, or an address. */
  public Map<String, String> builds() {
    var builds = new LinkedHashMap<String, String>();
    features.forEach((name, one) -> builds.put(name, one.resolved()));
    return builds;
  }

  /** The same feature at the build that is locked; itself where none is. */
  public Feature pinned(Feature feature) {
    return pinned(feature, builds());
  }

  /** The same by {@link #builds}. */
  public static Feature pinned(Feature feature, Map<String, String> builds) {
    if (!(feature.place() instanceof Place.Registry(var registry, var path, var version))) {
      return feature;
    }
    var id = registry + "/" + path;
    var locked =
        Optional.ofNullable(builds.get(id + ":" + version))
            .or(() -> Optional.ofNullable(builds.get(id + "@" + version)))
            .or(() -> Optional.ofNullable(builds.get(id)).filter(_ -> version.equals("latest")));
    return locked
        .flatMap(FeatureReference::registry)
        .filter(place -> place.id().equals(id)) // a lock does not lead to another feature
        .map(place -> new Feature(place, feature.options()))
        .orElse(feature);
  }

  /** Where the lock file of the definition in {@code file} lies. */
  public static String path(String file) {
    var name = file.substring(file.lastIndexOf('/') + 1);
    return file.substring(0, file.length() - name.length())
        + (name.startsWith(".") ? "." + FILE : FILE);
  }
}
