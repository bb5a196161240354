package dev.berth.definition.devcontainer;

import dev.berth.definition.Feature;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.JsoncText;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a feature's {@code devcontainer-feature.json} says that decides when it is installed. All
 * else in it is for the builder.
 *
 * @param id its short name
 * @param version its own; empty where it names none
 * @param dependsOn features that must be there before it, with their options
 * @param installsAfter ids of features that come before it where they are wanted at all
 * @param legacyIds names that it had before
 */
public record FeatureMetadata(
    String id,
    String version,
    List<Feature> dependsOn,
    List<String> installsAfter,
    List<String> legacyIds) {
  /** Its name in a feature's folder. */
  public static final String FILE = "devcontainer-feature.json";

  public FeatureMetadata {
    dependsOn = List.copyOf(dependsOn);
    installsAfter = List.copyOf(installsAfter);
    legacyIds = List.copyOf(legacyIds);
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
            features.ids(file, "legacyIds")));
  }
}
