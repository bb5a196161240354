package dev.berth.runtime.kubernetes;

import dev.berth.registry.pull.RegistryClient;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import dev.berth.runtime.kubernetes.network.Reach;
import dev.berth.runtime.kubernetes.pod.PodOptions;
import dev.berth.runtime.kubernetes.reading.Patience;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a driver by pods is opened with.
 *
 * @param trees how our trees come into a pod
 * @param users whether root inside is nobody outside
 * @param registries who is asked what an image says of itself: its variables and its user. Where
 *     empty, or where a registry does not answer us, the image's own variables still reach its
 *     processes, but for those that a JVM or a loader would take for its own
 * @param network what workspaces reach and who reaches them, asked now and then, as names get other
 *     addresses; where empty whoever runs the cluster closes their network himself
 */
public record KubernetesOptions(
    ClusterAccess access,
    PodOptions pods,
    Trees trees,
    Users users,
    Optional<RegistryClient> registries,
    Optional<Supplier<Reach>> network,
    Patience patience) {
  /** How trees of ours come into a pod. */
  public enum Trees {
    /** As image volumes where API server and nodes have them, else by an init container. */
    AUTO,
    IMAGE_VOLUME,
    INIT_CONTAINER
  }

  /** Whose root an instance's is. */
  public enum Users {
    /** Nobody's where API server and nodes have user namespaces. */
    AUTO,
    /** Nobody's: where the cluster cannot, nothing starts. */
    OWN_NAMESPACE,
    /** The node's, with fewer capabilities. */
    OF_NODE
  }
}
