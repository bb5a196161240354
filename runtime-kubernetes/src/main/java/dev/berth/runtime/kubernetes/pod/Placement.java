package dev.berth.runtime.kubernetes.pod;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where in a cluster pods may run.
 *
 * @param labelPrefix of the nodes' labels {@code <prefix>/workload_workspace_regular} and {@code
 *     _headless}: {@code gitpod.io} where the guides were followed
 * @param tolerations of all instances; so is {@code priorityClass}, where their size names none
 * @param pullSecrets names of the namespace's secrets with logins at registries
 * @param sizes by the sizes' names
 */
public record Placement(
    String labelPrefix,
    List<Toleration> tolerations,
    Optional<String> priorityClass,
    List<String> pullSecrets,
    Map<String, OfSize> sizes) {
  /** By the guides' labels, and nothing else. */
  public static final Placement DEFAULT =
      new Placement("gitpod.io", List.of(), Optional.empty(), List.of(), Map.of());

  public Placement {
    sizes = Map.copyOf(sizes);
    tolerations = List.copyOf(tolerations);
    pullSecrets = List.copyOf(pullSecrets);
  }

  /**
   * A taint of nodes that does not keep instances away.
   *
   * @param value any where empty
   * @param effect any where empty
   */
  public record Toleration(String key, Optional<String> value, Optional<String> effect) {
    /** As taints are written for kubectl: key, key:effect or key=value:effect. */
    public static Toleration parse(String text) {
      var parts = List.of(text.split(":", 2));
      var effect = parts.size() == 2 ? Optional.of(parts.get(1)) : Optional.<String>empty();
      int equals = parts.getFirst().indexOf('=');
      if (equals < 0) return new Toleration(parts.getFirst(), Optional.empty(), effect);
      return new Toleration(
          parts.getFirst().substring(0, equals),
          Optional.of(parts.getFirst().substring(equals + 1)),
          effect);
    }
  }

  /**
   * What instances of one size have of their own.
   *
   * @param tolerations beside those of all
   * @param priorityClass instead of that of all
   */
  public record OfSize(List<Toleration> tolerations, Optional<String> priorityClass) {
    static final OfSize NOTHING = new OfSize(List.of(), Optional.empty());

    public OfSize {
      tolerations = List.copyOf(tolerations);
    }
  }

  private OfSize of(String size) {
    return sizes.getOrDefault(size, OfSize.NOTHING);
  }

  Optional<String> priorityClass(String size) {
    return of(size).priorityClass().or(() -> priorityClass);
  }

  List<Toleration> tolerations(String size) {
    return Stream.concat(tolerations.stream(), of(size).tolerations().stream()).toList();
  }

  /** The label that a node must have. */
  public String label(boolean headless) {
    return labelPrefix + "/workload_workspace_" + (headless ? "headless" : "regular");
  }
}
