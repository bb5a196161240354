package dev.berth.definition.gitpod;

import dev.berth.definition.JetBrains;
import dev.berth.definition.JetBrains.Product;
import dev.berth.definition.JetBrains.Version;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code jetbrains}. */
final class JetBrainsFields {
  private static final int MOST_PLUGINS = 100;
  private static final int MOST_PLUGIN_NAME = 256;
  private static final int MOST_OPTIONS = 4096; // a line of a .vmoptions file, and then some

  private static final List<String> PRODUCTS =
      List.of(
          "intellij",
          "goland",
          "pycharm",
          "phpstorm",
          "rubymine",
          "webstorm",
          "rider",
          "clion",
          "rustrover");

  private static final Map<String, Version> VERSIONS = new LinkedHashMap<>();

  static {
    VERSIONS.put("stable", Version.STABLE);
    VERSIONS.put("latest", Version.LATEST);
    VERSIONS.put("both", Version.BOTH);
  }

  JetBrains read(Section file) {
    var section = file.section("jetbrains");
    if (section.isEmpty()) return JetBrains.NONE;
    var plugins = plugins(section.get());
    var products = new LinkedHashMap<String, Product>();
    for (var name : PRODUCTS) {
      section.get().section(name).ifPresent(product -> products.put(name, product(product)));
    }
    section.get().finish();
    return new JetBrains(plugins, products);
  }

  private static Product product(Section product) {
    var plugins = plugins(product);
    var options = product.text("vmoptions", MOST_OPTIONS);
    var version =
        product
            .section("prebuilds")
            .map(prebuilds -> {
              var chosen = prebuilds.choice("version", VERSIONS).orElse(Version.STABLE);
              prebuilds.finish();
              return chosen;
            });
    product.finish();
    return new Product(plugins, version, options);
  }

  private static List<String> plugins(Section section) {
    return section.texts("plugins", MOST_PLUGINS, MOST_PLUGIN_NAME).stream()
        .map(Value.Scalar::text)
        .map(String::strip)
        .distinct()
        .toList();
  }
}
