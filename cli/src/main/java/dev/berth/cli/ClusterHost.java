package dev.berth.cli;

import dev.berth.base.Problem;
import dev.berth.control.reconcile.EditorSource;
import dev.berth.node.Node;
import dev.berth.node.editor.EditorChoice;
import dev.berth.node.editor.Editors;
import dev.berth.node.pod.PodOrder;
import dev.berth.node.save.ClusterSaves;
import dev.berth.node.save.Distant;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Observation;
import dev.berth.runtime.kubernetes.KubernetesDriver;
import dev.berth.runtime.kubernetes.KubernetesOptions;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.network.Reach;
import dev.berth.runtime.kubernetes.pod.ContentContainer;
import dev.berth.runtime.kubernetes.pod.PodOptions;
import dev.berth.runtime.kubernetes.pod.SupervisorTree;
import dev.berth.runtime.kubernetes.pod.TreeImage;
import dev.berth.runtime.kubernetes.reading.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A cluster that runs instances, as an installation needs it. */
record ClusterHost(KubernetesDriver driver, ClusterSaves saves, Editors editors)
    implements AutoCloseable {
  /** Where Berth's image has the program. */
  private static final String PROGRAM = "/opt/berth/berth";

  private static final String SUPERVISOR = "opt/berth/supervisor/target/tree";

  /** The program's own need beside its heap. */
  private static final long BESIDE_HEAP_BYTES = 512L << 20;

  /** As gitpod-classic 2.3 has it for content. */
  private static final Duration RESTORE_LONGEST = Duration.ofHours(1);

  /** Opens what is named; the cluster and the object store may be away later. */
  static ClusterHost open(
      Home home,
      Configuration configuration,
      ClusterSettings cluster,
      Path supervisorTree,
      Consumer<String> progress)
      throws InterruptedException {
    var distant =
        configuration
            .distant()
            .orElseThrow(() ->
                new Problem.Invalid(
                    "A cluster is configured, and no object store.",
                    "Files of pods outlive them only in one: set objects; docs/operate/object-store.md."));
    if (!configuration.saves().every().isPositive()) {
      throw new Problem.Invalid(
          "A cluster is configured, and saves are off (saves.every).",
          "Files of pods outlive them only by saves: name a time, as 30s.");
    }
    var key = configuration.keys(home).derive("snapshots");
    var driver =
        KubernetesDriver.open(
            new KubernetesOptions(
                cluster.access(),
                pods(cluster, editor(configuration, cluster), supervisorTree, key),
                cluster.trees(),
                cluster.users(),
                Optional.empty(),
                network(cluster, distant),
                Patience.DEFAULT));
    try {
      return new ClusterHost(
          driver, saves(home, distant, key, driver), editors(home, configuration, progress));
    } catch (RuntimeException | InterruptedException e) {
      driver.close();
      throw e;
    }
  }

  private static Optional<Supplier<Reach>> network(ClusterSettings cluster, Distant distant) {
    if (!cluster.network().closed()) return Optional.empty();
    return Optional.of(cluster.network().reach(distant.bucket(), Cluster.server(cluster.access())));
  }

  private static ClusterSaves saves(Home home, Distant distant, byte[] key, KubernetesDriver driver)
      throws InterruptedException {
    return ClusterSaves.open(
        new ClusterSaves.Options(
            distant, key, home.snapshots(), workspace -> host(driver, workspace)));
  }

  private static Optional<String> host(KubernetesDriver driver, WorkspaceId workspace) {
    return driver.observe(workspace) instanceof Observation.Alive alive
        ? Optional.of(alive.supervisor().host())
        : Optional.empty();
  }

  private static PodOptions pods(
      ClusterSettings cluster, Optional<TreeImage> editor, Path tree, byte[] key) {
    return new PodOptions(
        cluster.workspaceImage(),
        new SupervisorTree(
            new TreeImage(cluster.image(), SUPERVISOR),
            lines(tree.resolve("argv")),
            variables(lines(tree.resolve("env")))),
        editor,
        Optional.of(content(cluster, key)),
        cluster.placement(),
        cluster.shares());
  }

  private static Optional<TreeImage> editor(Configuration configuration, ClusterSettings cluster) {
    return switch (configuration.editor()) {
      case EditorChoice.None _ -> Optional.empty();
      case EditorChoice.Usual _, EditorChoice.Folder _, EditorChoice.Archive _ ->
          Optional.of(new TreeImage(cluster.image(), cluster.editor().replaceAll("^/|/$", "")));
    };
  }

  private static ContentContainer content(ClusterSettings cluster, byte[] key) {
    return new ContentContainer(
        cluster.image(),
        List.of(PROGRAM),
        List.of("content", "--volume", ContentContainer.VOLUME),
        owner -> secrets(cluster, key, owner),
        cluster.contentMemoryBytes(),
        cluster.saveGrace(),
        RESTORE_LONGEST);
  }

  private static Map<String, String> secrets(ClusterSettings cluster, byte[] key, UserId owner) {
    var all = PodFiles.packed(cluster.forPods());
    all.put("BERTH_OWNER_KEY", PodOrder.ownerKey(key, owner));
    long heap = Math.max(64L << 20, cluster.contentMemoryBytes() - BESIDE_HEAP_BYTES);
    all.put("BERTH_JAVA_OPTIONS", "-Xmx" + (heap >> 20) + "m");
    return all;
  }

  /**
   * The gateway sends an editor's static files from here; pods have their tree from Berth's image.
   */
  private static Editors editors(
      Home home, Configuration configuration, Consumer<String> progress) {
    return Node.editors(
        configuration.editor(), configuration.editors().orElseGet(home::editors), progress);
  }

  /** What workspaces are told of the editor. */
  EditorSource editor() {
    return new EditorSource(editors.folder(), true, editors::state);
  }

  @Override
  public void close() {
    editors.close();
    saves.close();
    driver.close();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The supervisor's tree has no %s: %s.".formatted(file, e.getMessage()),
          "Start Berth by its launcher, ./berth, which makes it.",
          e);
    }
  }

  private static Map<String, String> variables(List<String> lines) {
    var all = new LinkedHashMap<String, String>();
    for (var line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0) all.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return all;
  }
}
