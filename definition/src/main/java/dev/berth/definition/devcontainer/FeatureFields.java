package dev.berth.definition.devcontainer;

import dev.berth.base.text.Quoted;
import dev.berth.definition.Feature;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Value.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads {@code features}, {@code dependsOn} and the orders of their installation. */
final class FeatureFields {
  private static final int MOST = 64; // each is a layer of an image
  private static final int MOST_OPTIONS = 64;
  private static final int MOST_OPTION = 4096; // becomes a variable of an install script
  private static final int MOST_ID = 512;

  private final Findings findings;
  private final FeatureReference references;

  FeatureFields(Findings findings, FilePaths paths) {
    this.findings = findings;
    this.references = new FeatureReference(findings, paths);
  }

  /** The mapping called {@code name}, in the file's order. */
  List<Feature> read(Section section, String name) {
    var features = new ArrayList<Feature>();
    section
        .map(name, MOST)
        .forEach((id, field) ->
            references
                .read(id, field.name())
                .ifPresent(place -> features.add(new Feature(place, options(section, id, field)))));
    return features;
  }

  /** Ids without versions, in small letters. */
  List<String> ids(Section section, String name) {
    return section.texts(name, MOST, MOST_ID).stream()
        .map(Scalar::text)
        .map(id -> id.strip().toLowerCase(Locale.ROOT))
        .map(id -> FeatureReference.registry(id).map(Feature.Place::id).orElse(id))
        .distinct()
        .toList();
  }

  private Map<String, String> options(Section section, String id, Value.Field field) {
    return switch (field.value()) {
      case Scalar scalar when scalar.type() == Value.Type.TEXT ->
          section.fits(scalar, MOST_OPTION) ? Map.of("version", scalar.text()) : Map.of();
      case Scalar scalar when scalar.type() == Value.Type.NOTHING || truth(scalar) -> Map.of();
      case Value.Fields fields -> options(section, fields);
      case Scalar _, Value.Items _ -> {
        findings.error(
            field.value().place(),
            "The options of %s are %s; they are not used."
                .formatted(Quoted.text(id), field.value().kind()),
            "Write {} or a mapping of options.");
        yield Map.of();
      }
    };
  }

  private static boolean truth(Scalar scalar) {
    return scalar.type() == Value.Type.BOOLEAN;
  }

  private Map<String, String> options(Section section, Value.Fields fields) {
    var options = new LinkedHashMap<String, String>();
    fields
        .fields()
        .forEach((name, field) -> {
          if (options.size() == MOST_OPTIONS) return;
          if (!(field.value() instanceof Scalar scalar)) {
            findings.error(
                field.value().place(),
                "The option %s is %s; it is not used."
                    .formatted(Quoted.text(name), field.value().kind()),
                "Write a text, true or false.");
          } else if (!name.matches("[A-Za-z0-9_.-]{1,128}")) {
            findings.error(
                field.name(),
                "%s cannot be the name of an option; it is not used.".formatted(Quoted.text(name)),
                "Use letters, digits and _.");
          } else if (section.fits(scalar, MOST_OPTION)) {
            options.put(name, scalar.type() == Value.Type.NOTHING ? "" : scalar.text());
          }
        });
    return options;
  }
}
