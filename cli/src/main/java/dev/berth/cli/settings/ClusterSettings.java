package dev.berth.cli.settings;

import dev.berth.base.config.Settings;
import dev.berth.runtime.kubernetes.KubernetesOptions.Trees;
import dev.berth.runtime.kubernetes.KubernetesOptions.Users;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import dev.berth.runtime.kubernetes.clusters.Member;
import dev.berth.runtime.kubernetes.pod.Placement;
import dev.berth.runtime.kubernetes.pod.Shares;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The part of {@code berth.yaml} that names a Kubernetes cluster to run workspaces on: {@code
 * cluster}.
 *
 * @param image of Berth itself, with the supervisor's tree in it
 * @param workspaceImage for those that name none
 * @param editor the folder of a browser editor's tree in Berth's image
 * @param saveGrace how long a pod that ends may take to save
 * @param contentMemoryBytes of the container that restores and saves
 * @param network what workspaces reach and who reaches them
 * @param members the clusters, where several are named
 * @param forPods what the containers of pods are told of the configuration, as an environment
 */
public record ClusterSettings(
    ClusterAccess access,
    String image,
    String workspaceImage,
    String editor,
    Placement placement,
    Shares shares,
    Trees trees,
    Users users,
    Duration saveGrace,
    long contentMemoryBytes,
    ClusterNetwork network,
    List<Named> members,
    Map<String, String> forPods) {
  private static final String AT = "cluster.";
  private static final String MEMBERS = "clusters";

  /**
   * One of several clusters.
   *
   * @param sizes that it takes; all where empty
   */
  public record Named(
      String name, ClusterAccess access, Set<String> sizes, Member.State state, int weight) {}

  private static final int USUAL_WEIGHT = 100;

  /** A save of some GB at its end, through a slow store. */
  private static final Duration SAVE_GRACE = Duration.ofMinutes(10);

  /** Empty where none is named; what is wrong is noted in {@code settings}. */
  static Optional<ClusterSettings> read(Settings settings) {
    var image = settings.text(AT + "image");
    var workspaceImage = settings.text(AT + "workspaceImage");
    var access =
        new ClusterAccess(
            settings.parsed(AT + "kubeconfig", ClusterSettings::file),
            settings.text(AT + "context"),
            settings.text(AT + "namespace", "berth-workspaces"));
    var placement =
        new Placement(
            settings.text(AT + "labels", Placement.DEFAULT.labelPrefix()),
            tolerations(settings, AT),
            settings.text(AT + "priorityClass"),
            settings.list(AT + "pullSecrets"),
            sizes(settings));
    var shares =
        new Shares(
            settings.number(AT + "cpuPercent", Shares.DEFAULT.cpuPercent(), 1, 100),
            settings.number(AT + "memoryPercent", Shares.DEFAULT.memoryPercent(), 1, 100),
            settings.bytes(AT + "filesBytes", Long.toString(Shares.DEFAULT.filesBytes())),
            settings.bytes(AT + "diskBytes", Long.toString(Shares.DEFAULT.diskBytes())));
    var trees = settings.parsed(AT + "trees", ClusterSettings::trees).orElse(Trees.AUTO);
    var users = settings.parsed(AT + "userNamespaces", ClusterSettings::users).orElse(Users.AUTO);
    var editor = settings.text(AT + "editor", "/opt/berth/editor");
    var grace = settings.time(AT + "saveGrace", SAVE_GRACE);
    long memory = settings.bytes(AT + "contentMemory", "768Mi");
    var network = ClusterNetwork.read(settings);
    var members =
        settings.names(MEMBERS).stream().map(name -> named(settings, name, access)).toList();
    if (image.isEmpty()) {
      boolean meant = workspaceImage.isPresent() || access.kubeconfig().isPresent();
      if (meant) settings.wrong("cluster.image is missing: Berth's own image");
      return Optional.empty();
    }
    if (workspaceImage.isEmpty()) {
      settings.wrong("cluster.workspaceImage is missing: for workspaces that name no image");
      return Optional.empty();
    }
    var forPods = new TreeMap<>(settings.asEnvironment("objects"));
    forPods.putAll(settings.asEnvironment("saves"));
    forPods.putAll(settings.asEnvironment("trust"));
    forPods.putAll(settings.asEnvironment("proxy"));
    return Optional.of(
        new ClusterSettings(
            access,
            image.get(),
            workspaceImage.get(),
            editor,
            placement,
            shares,
            trees,
            users,
            grace,
            memory,
            network,
            members,
            forPods));
  }

  /** What it does not say is as {@code cluster} has it. */
  private static Named named(Settings settings, String name, ClusterAccess usual) {
    var at = MEMBERS + "." + name + ".";
    var kubeconfig = settings.parsed(at + "kubeconfig", ClusterSettings::file);
    var context = settings.text(at + "context");
    return new Named(
        name,
        new ClusterAccess(
            kubeconfig.or(usual::kubeconfig),
            kubeconfig.isPresent() ? context : context.or(usual::context),
            settings.text(at + "namespace", usual.namespace())),
        new LinkedHashSet<>(settings.list(at + "sizes")),
        settings.parsed(at + "state", ClusterSettings::state).orElse(Member.State.AVAILABLE),
        settings.number(at + "weight", USUAL_WEIGHT, 1, 100));
  }

  private static Member.State state(String text) {
    return switch (text) {
      case "available" -> Member.State.AVAILABLE;
      case "cordoned" -> Member.State.CORDONED;
      case "draining" -> Member.State.DRAINING;
      default -> throw new IllegalArgumentException("must be available, cordoned or draining");
    };
  }

  private static Path file(String text) {
    var file = Path.of(text).toAbsolutePath();
    if (!Files.isReadable(file)) throw new IllegalArgumentException("cannot be read");
    return file;
  }

  private static Trees trees(String text) {
    return switch (text) {
      case "auto" -> Trees.AUTO;
      case "image-volume" -> Trees.IMAGE_VOLUME;
      case "init-container" -> Trees.INIT_CONTAINER;
      default -> throw new IllegalArgumentException("must be auto, image-volume or init-container");
    };
  }

  private static Users users(String text) {
    return switch (text) {
      case "auto" -> Users.AUTO;
      case "required" -> Users.OWN_NAMESPACE;
      case "none" -> Users.OF_NODE;
      default -> throw new IllegalArgumentException("must be auto, required or none");
    };
  }

  private static List<Placement.Toleration> tolerations(Settings settings, String at) {
    return settings.list(at + "tolerations").stream().map(Placement.Toleration::parse).toList();
  }

  /** How the pods of each size are placed beside what all have. */
  private static Map<String, Placement.OfSize> sizes(Settings settings) {
    var sizes = new TreeMap<String, Placement.OfSize>();
    for (var name : Configuration.sizeNames(settings)) {
      var at = "sizes." + name + ".";
      sizes.put(
          name,
          new Placement.OfSize(tolerations(settings, at), settings.text(at + "priorityClass")));
    }
    return sizes;
  }
}
