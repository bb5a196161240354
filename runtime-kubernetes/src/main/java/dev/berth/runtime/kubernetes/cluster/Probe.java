package dev.berth.runtime.kubernetes.cluster;

import dev.berth.runtime.kubernetes.pod.Abilities;
import dev.berth.runtime.kubernetes.pod.Placement;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds out what a cluster can: whether its API server keeps a field of a pod that it is shown, and
 * whether its nodes say that their runtime can. A server that does not know a field drops it
 * without a word.
 */
public final class Probe {
  private static final Pattern CONTAINERD = Pattern.compile("containerd://(\\d+)\\.(\\d+)[.-].*");
  private static final Pattern CRI_O = Pattern.compile("cri-o://(\\d+)\\.(\\d+)\\..*");

  private static final Map<String, Quantity> SIZE =
      Map.of(
          "cpu", new Quantity("100m"),
          "memory", new Quantity("64Mi"),
          "ephemeral-storage", new Quantity("64Mi"));

  private Probe() {}

  /**
   * What {@code cluster} can, by trying without making anything; empty where it takes no pod at
   * all, a quota that is used up for example.
   */
  public static Optional<Abilities> of(Cluster cluster, Placement placement) {
    var taken = cluster.tryOut(pod(true));
    var plain = taken.or(() -> cluster.tryOut(pod(false)));
    if (plain.isEmpty()) return Optional.empty();
    var nodes = ours(cluster.nodes(), placement);
    boolean volumes =
        taken.map(Probe::keepsImage).orElse(false) && nodes.stream().allMatch(Probe::mountsImages);
    boolean namespaces = keepsUsers(plain.get()) && nodes.stream().allMatch(Probe::mapsUsers);
    return Optional.of(new Abilities(volumes, namespaces));
  }

  /**
   * Whether another node than the pod's could take it: one with the labels that it wants, that
   * answers the cluster and takes pods. True where there are none, as we may not look then.
   */
  public static boolean isAnotherReady(List<Node> nodes, Pod pod) {
    return nodes.isEmpty()
        || nodes.stream()
            .filter(node -> !node.getMetadata().getName().equals(pod.getSpec().getNodeName()))
            .filter(node -> !isCordoned(node) && isReady(node))
            .anyMatch(node -> isWanted(node, pod));
  }

  private static boolean isCordoned(Node node) {
    return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
  }

  /** By the labels that {@code PodOf} asks for. */
  private static boolean isWanted(Node node, Pod pod) {
    var labels = Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
    return Optional.ofNullable(pod.getSpec().getAffinity())
        .map(Affinity::getNodeAffinity)
        .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
        .map(NodeSelector::getNodeSelectorTerms)
        .orElse(List.of())
        .stream()
        .flatMap(term -> term.getMatchExpressions().stream())
        .allMatch(one -> one.getValues().contains(labels.get(one.getKey())));
  }

  private static boolean isReady(Node node) {
    return status(node).map(NodeStatus::getConditions).orElse(List.of()).stream()
        .anyMatch(one -> "Ready".equals(one.getType()) && "True".equals(one.getStatus()));
  }

  /** Those that instances run on. */
  static List<Node> ours(List<Node> nodes, Placement placement) {
    return nodes.stream()
        .filter(node -> node.getMetadata().getLabels() != null)
        .filter(node -> {
          var labels = node.getMetadata().getLabels();
          return "true".equals(labels.get(placement.label(false)))
              || "true".equals(labels.get(placement.label(true)));
        })
        .toList();
  }

  private static Pod pod(boolean imageVolume) {
    var builder =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName("berth-probe-")
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy("Never")
            .withAutomountServiceAccountToken(false)
            .withHostUsers(false)
            .addNewContainer()
            .withName("probe")
            .withImage("berth.invalid/probe")
            .withNewResources() // a quota may refuse who names none
            .withRequests(SIZE)
            .withLimits(SIZE)
            .endResources()
            .endContainer();
    if (imageVolume) {
      builder
          .addNewVolume()
          .withName("tree")
          .withNewImage()
          .withReference("berth.invalid/tree")
          .endImage()
          .endVolume();
    }
    return builder.endSpec().build();
  }

  private static boolean keepsImage(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .anyMatch(volume -> volume.getName().equals("tree") && volume.getImage() != null);
  }

  private static boolean keepsUsers(Pod pod) {
    return Boolean.FALSE.equals(pod.getSpec().getHostUsers());
  }

  /** Whether the node's runtime mounts images (containerd from 2.1, CRI-O from 1.31). */
  static boolean mountsImages(Node node) {
    return status(node)
        .map(status -> status.getNodeInfo())
        .map(info -> mountsImages(String.valueOf(info.getContainerRuntimeVersion())))
        .orElse(true);
  }

  static boolean mountsImages(String runtime) {
    var containerd = CONTAINERD.matcher(runtime);
    if (containerd.matches()) return atLeast(containerd.group(1), containerd.group(2), 2, 1);
    var crio = CRI_O.matcher(runtime);
    return crio.matches() && atLeast(crio.group(1), crio.group(2), 1, 31);
  }

  private static boolean atLeast(String major, String minor, int wantedMajor, int wantedMinor) {
    int its = Integer.parseInt(major);
    return its > wantedMajor || (its == wantedMajor && Integer.parseInt(minor) >= wantedMinor);
  }

  /** Whether the node's default runtime says that it maps users; one that says nothing does not. */
  static boolean mapsUsers(Node node) {
    var handlers = status(node).map(NodeStatus::getRuntimeHandlers).orElse(List.of());
    return handlers.stream()
        .filter(handler -> String.valueOf(handler.getName()).isEmpty())
        .anyMatch(handler ->
            handler.getFeatures() != null
                && Boolean.TRUE.equals(handler.getFeatures().getUserNamespaces()));
  }

  private static Optional<NodeStatus> status(Node node) {
    return Optional.ofNullable(node.getStatus());
  }
}
