package dev.berth.definition.devcontainer;

import dev.berth.definition.Feature;
import dev.berth.definition.Feature.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * In which order features are installed: by rounds, each of those whose forerunners are installed
 * (specification, "Dependency installation order algorithm"). Pure: asks for metadata, fetches
 * none.
 */
public sealed interface FeatureOrder {
  /** All of them, dependencies included, the first one first. */
  record Sorted(List<Feature> features) implements FeatureOrder {
    public Sorted {
      features = List.copyOf(features);
    }
  }

  /** These wait for each other. */
  record Circle(List<Feature> features) implements FeatureOrder {
    public Circle {
      features = List.copyOf(features);
    }
  }

  /** More dependencies than anybody means to install. */
  record TooMany() implements FeatureOrder {}

  /** Dependencies of dependencies come from strangers; so many layers no image should have. */
  int MOST = 128;

  /**
   * The order of {@code wanted}.
   *
   * @param first ids without versions that come as early as their dependencies allow
   */
  static FeatureOrder of(
      List<Feature> wanted, List<String> first, Function<Feature, FeatureMetadata> metadata) {
    var all = new LinkedHashMap<Feature, FeatureMetadata>();
    var open = new ArrayDeque<>(wanted);
    while (!open.isEmpty()) {
      var feature = open.remove();
      if (all.containsKey(feature)) continue;
      if (all.size() == MOST) return new TooMany();
      var known = metadata.apply(feature);
      all.put(feature, known);
      open.addAll(known.dependsOn());
    }
    return rounds(all, first);
  }

  private static FeatureOrder rounds(Map<Feature, FeatureMetadata> all, List<String> first) {
    var waiting = new ArrayList<>(all.keySet());
    var installed = new ArrayList<Feature>();
    while (!waiting.isEmpty()) {
      var round = waiting.stream().filter(one -> isFree(one, all, waiting, installed)).toList();
      if (round.isEmpty()) return new Circle(waiting);
      int highest = round.stream().mapToInt(one -> priority(one, first)).max().orElse(0);
      var next =
          round.stream().filter(one -> priority(one, first) == highest).sorted(stable()).toList();
      installed.addAll(next);
      waiting.removeAll(next);
    }
    return new Sorted(installed);
  }

  private static boolean isFree(
      Feature feature,
      Map<Feature, FeatureMetadata> all,
      List<Feature> waiting,
      List<Feature> installed) {
    var metadata = all.get(feature);
    if (metadata == null) return true;
    if (!installed.containsAll(metadata.dependsOn())) return false;
    return waiting.stream()
        .filter(other -> !other.equals(feature))
        .noneMatch(other -> isOneOf(other, all, Set.copyOf(metadata.installsAfter())));
  }

  /** By its id, or by a name that it had before in the same place. */
  private static boolean isOneOf(
      Feature feature, Map<Feature, FeatureMetadata> all, Set<String> ids) {
    var id = feature.place().id();
    if (ids.contains(id)) return true;
    var metadata = all.get(feature);
    int slash = id.lastIndexOf('/');
    return metadata != null
        && metadata.legacyIds().stream()
            .anyMatch(old -> ids.contains(id.substring(0, slash + 1) + old));
  }

  private static int priority(Feature feature, List<String> first) {
    int index = first.indexOf(feature.place().id());
    return index < 0 ? 0 : first.size() - index;
  }

  /** The specification's "Round Stable Sort": name, version, options. */
  private static Comparator<Feature> stable() {
    return Comparator.<Feature, String>comparing(feature -> feature.place().id())
        .thenComparing(
            feature -> feature.place() instanceof Place.Registry(_, _, var version) ? version : "")
        .thenComparingInt(feature -> feature.options().size())
        .thenComparing(feature -> String.join("\0", feature.options().keySet()))
        .thenComparing(feature -> String.join("\0", feature.options().values()));
  }
}
