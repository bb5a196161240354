package dev.berth.definition.devcontainer;

import dev.berth.base.text.Quoted;
import dev.berth.definition.devcontainer.Stated.Customizations;
import dev.berth.definition.reading.ExtensionNames;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.JsonText;
import dev.berth.definition.reading.Place;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code customizations}, which each tool has its own part of, and the older {@code
 * extensions} and {@code settings} of the file itself.
 */
final class CustomizationFields {
  private static final int MOST_SETTINGS = 500;
  private static final int MOST_SETTING = 64 * 1024; // JSON of one, characters
  private static final int MOST_TOGETHER = 256 * 1024;
  private static final int MOST_PLUGINS = 100;
  private static final int MOST_REMOVED = 100;

  private static final Value NONE = new Value.Items(Place.START, List.of());

  private final Findings findings;

  CustomizationFields(Findings findings) {
    this.findings = findings;
  }

  Customizations read(Section file) {
    var tools = file.section("customizations");
    var code = tools.flatMap(section -> section.section("vscode"));
    var extensions = new ArrayList<String>(extensions(file));
    var settings = new LinkedHashMap<>(settings(file));
    for (var old : List.of("extensions", "settings")) {
      file.unused(
          old,
          "\"%s\" stands here in its older place; it counts.".formatted(old),
          "Move it to \"customizations\", \"vscode\".");
    }
    code.ifPresent(section -> {
      extensions.addAll(extensions(section));
      settings.putAll(settings(section));
    });
    var plugins =
        tools
            .flatMap(section -> section.section("jetbrains"))
            .map(section -> section.texts("plugins", MOST_PLUGINS, 256))
            .orElse(List.of())
            .stream()
            .map(Value.Scalar::text)
            .distinct()
            .toList();
    return new Customizations(extensions, settings, plugins);
  }

  private List<String> extensions(Section section) {
    var names = new ArrayList<String>();
    if (section.value("extensions").orElse(NONE) instanceof Value.Items(_, var items)) {
      for (var item : items.subList(0, Math.min(items.size(), MOST_REMOVED))) {
        if (item instanceof Value.Scalar(_, _, var text) && removes(text)) names.add(text);
      }
    }
    names.addAll(
        new ExtensionNames(findings).read(section, "extensions", CustomizationFields::removes));
    return names;
  }

  /** One behind a "-" takes away what an image brought. */
  private static boolean removes(String text) {
    return text.matches("-[A-Za-z0-9][\\w.-]{0,255}");
  }

  private Map<String, String> settings(Section section) {
    var settings = new LinkedHashMap<String, String>();
    int together = 0;
    for (var entry : section.map("settings", MOST_SETTINGS).entrySet()) {
      var json = JsonText.of(entry.getValue().value(), MOST_SETTING);
      together += json.map(String::length).orElse(0);
      if (json.isEmpty() || together > MOST_TOGETHER) {
        findings.error(
            entry.getValue().value().place(),
            "The setting %s is too large; it is not set.".formatted(Quoted.text(entry.getKey())),
            "Put it into the repository's .vscode/settings.json.");
      } else {
        settings.put(entry.getKey(), json.get());
      }
    }
    return settings;
  }
}
