package dev.berth.runtime.kubernetes.pod;

import java.util.List;
import java.util.Optional;

/**
 * Where in a cluster pods may run.
 *
 * @param labelPrefix of the nodes' labels {@code <prefix>/workload_workspace_regular} and {@code
 *     _headless}: {@code gitpod.io} where the guides were followed
 * @param pullSecrets names of the namespace's secrets with logins at registries
 */
public record Placement(
    String labelPrefix,
    List<Toleration> tolerations,
    Optional<String> priorityClass,
    List<String> pullSecrets) {
  /** By the guides' labels, and nothing else. */
  public static final Placement DEFAULT =
      new Placement("gitpod.io", List.of(), Optional.empty(), List.of());

  public Placement {
    tolerations = List.copyOf(tolerations);
    pullSecrets = List.copyOf(pullSecrets);
  }

  /**
   * A taint of nodes that does not keep instances away.
   *
   * @param value any where empty
   * @param effect any where empty
   */
  public record Toleration(String key, Optional<String> value, Optional<String> effect) {}

  /** The label that a node must have. */
  public String label(boolean headless) {
    return labelPrefix + "/workload_workspace_" + (headless ? "headless" : "regular");
  }
}
