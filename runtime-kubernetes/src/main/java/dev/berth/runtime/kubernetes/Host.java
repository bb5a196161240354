package dev.berth.runtime.kubernetes;

import dev.berth.base.Problem;
import dev.berth.registry.pull.RegistryClient;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.cluster.Probe;
import dev.berth.runtime.kubernetes.pod.Abilities;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all workspaces of a driver have in common. */
final class Host implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Host.class);

  private static final Duration NODES_BELIEVED = Duration.ofSeconds(5);

  /** A registry answers in a part of a second; the nodes ask it, too, and for longer. */
  private static final Duration WORDS_LONGEST = Duration.ofSeconds(5);

  private final KubernetesOptions options;
  private final Cluster cluster;
  private final Sight sight;
  private final Optional<Closing> closing;
  private final Optional<ImageWords> words;
  private List<Node> nodes = List.of();
  private long nodesNanos = System.nanoTime() - 2 * NODES_BELIEVED.toNanos();
  private Optional<Abilities> abilities = Optional.empty();

  private Host(KubernetesOptions options, Cluster cluster) {
    this.options = options;
    this.cluster = cluster;
    this.sight = Sight.open(cluster);
    this.words = options.registries().map(client -> new ImageWords(client, WORDS_LONGEST));
    this.closing = options.network().map(reach -> new Closing(cluster, reach));
  }

  static Host open(KubernetesOptions options) {
    return new Host(options, Cluster.connect(options.access()));
  }

  KubernetesOptions options() {
    return options;
  }

  Cluster cluster() {
    return cluster;
  }

  Sight sight() {
    return sight;
  }

  /**
   * The time that the content container has after the user's processes; none where there is none.
   */
  Duration saveGrace() {
    return options.pods().content().map(content -> content.saveGrace()).orElse(Duration.ZERO);
  }

  /**
   * Whether another node than its own could take the pod, or may, where we have no right to look;
   * what was heard counts for some seconds.
   */
  boolean isAnotherNodeReady(Pod pod) {
    return Probe.isAnotherReady(nodes(), pod);
  }

  private synchronized List<Node> nodes() {
    if (System.nanoTime() - nodesNanos > NODES_BELIEVED.toNanos()) {
      nodes = cluster.nodes();
      nodesNanos = System.nanoTime();
    }
    return nodes;
  }

  /** What an image says of itself; empty where nobody tells us. */
  Optional<ImageWords.Said> words(String reference) throws InterruptedException {
    return words.isEmpty() ? Optional.empty() : words.get().of(reference);
  }

  /** Sees to it that the workspaces' network is closed before one of them is there. */
  void closeNetwork() {
    closing.ifPresent(Closing::now);
  }

  /** It is closed by this process from now on, while {@code holds}. */
  void beginTurn(BooleanSupplier holds) {
    closing.ifPresent(one -> one.beginTurn(holds));
  }

  /** What of the cluster is used, which is tried out until it is known. */
  synchronized Abilities abilities() {
    if (abilities.isPresent()) return abilities.get();
    var can = Probe.of(cluster, options.pods().placement());
    if (can.isEmpty()) return used(Abilities.NONE); // it takes no pod, and will say why
    LOG.info("the cluster {} has {}", cluster.version(), can.get());
    abilities = Optional.of(used(can.get()));
    return abilities.get();
  }

  private Abilities used(Abilities can) {
    return new Abilities(trees(can), users(can));
  }

  private boolean trees(Abilities can) {
    return switch (options.trees()) {
      case AUTO -> can.imageVolumes();
      case IMAGE_VOLUME -> true;
      case INIT_CONTAINER -> false;
    };
  }

  private boolean users(Abilities can) {
    return switch (options.users()) {
      case AUTO -> can.userNamespaces();
      case OF_NODE -> false;
      case OWN_NAMESPACE -> {
        if (can.userNamespaces()) yield true;
        throw new Problem.Conflict(
            "The cluster has no user namespaces for pods, and the configuration wants them.",
            "Take nodes with containerd 2 or CRI-O and a kernel from 6.3 on, or allow the node's users.");
      }
    };
  }

  @Override
  public void close() {
    closing.ifPresent(Closing::close);
    options.registries().ifPresent(RegistryClient::close);
    sight.close();
    cluster.close();
  }
}
