package dev.berth.definition;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the JetBrains IDEs are given.
 *
 * @param plugins the marketplace's ids, for all of them
 * @param products by name: intellij, goland, pycharm, phpstorm, rubymine, webstorm, rider, clion,
 *     rustrover
 */
public record JetBrains(List<String> plugins, Map<String, Product> products) {
  public static final JetBrains NONE = new JetBrains(List.of(), Map.of());

  public JetBrains {
    plugins = List.copyOf(plugins);
    products = Collections.unmodifiableMap(new LinkedHashMap<>(products));
  }

  /**
   * One of the IDEs.
   *
   * @param prebuild the version that a prebuild warms up; empty where it warms up none
   * @param vmoptions of its Java VM
   */
  public record Product(
      List<String> plugins, Optional<Version> prebuild, Optional<String> vmoptions) {
    public Product {
      plugins = List.copyOf(plugins);
    }
  }

  /** Which release of an IDE. */
  public enum Version {
    STABLE,
    LATEST,
    BOTH
  }
}
