package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.metrics.Metrics;
import dev.berth.cli.settings.ClusterSettings;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.cli.settings.PodFiles;
import dev.berth.control.account.Keys;
import dev.berth.control.reconcile.EditorSource;
import dev.berth.control.reconcile.Specs;
import dev.berth.node.Node;
import dev.berth.node.NodeConfig;
import dev.berth.node.editor.EditorChoice;
import dev.berth.node.editor.Editors;
import dev.berth.node.pod.PodClient;
import dev.berth.node.pod.PodOrder;
import dev.berth.node.save.ClusterSaves;
import dev.berth.node.save.Distant;
import dev.berth.node.save.SaveCounts;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.registry.pull.Platform;
import dev.berth.registry.pull.RegistryClient;
import dev.berth.runtime.Driver;
import dev.berth.runtime.Observation;
import dev.berth.runtime.kubernetes.KubernetesDriver;
import dev.berth.runtime.kubernetes.KubernetesOptions;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import dev.berth.runtime.kubernetes.clusters.Clusters;
import dev.berth.runtime.kubernetes.clusters.Member;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A cluster that runs instances, as an installation needs it. */
record ClusterHost(Driver driver, ClusterSaves saves, Editors editors) implements AutoCloseable {
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
      Metrics metrics,
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
    var keys = configuration.keys(home);
    var pods = pods(cluster, configuration, supervisorTree, keys);
    var driver = driver(configuration, cluster, pods, distant);
    try {
      return new ClusterHost(
          driver,
          saves(home, distant, keys, driver, metrics),
          editors(home, configuration, progress));
    } catch (RuntimeException | InterruptedException e) {
      driver.close();
      throw e;
    }
  }

  private static Driver driver(
      Configuration configuration, ClusterSettings cluster, PodOptions pods, Distant distant) {
    if (cluster.members().isEmpty()) {
      return one(configuration, cluster, cluster.access(), pods, distant);
    }
    var members = new ArrayList<Member>();
    try {
      for (var named : cluster.members()) {
        var driver = one(configuration, cluster, named.access(), pods, distant);
        members.add(
            new Member(
                named.name(), driver, driver::size, named.sizes(), named.state(), named.weight()));
      }
    } catch (RuntimeException e) {
      members.forEach(member -> member.driver().close());
      throw e;
    }
    return new Clusters(members);
  }

  private static KubernetesDriver one(
      Configuration configuration,
      ClusterSettings cluster,
      ClusterAccess access,
      PodOptions pods,
      Distant distant) {
    return KubernetesDriver.open(
        new KubernetesOptions(
            access,
            pods,
            cluster.trees(),
            cluster.users(),
            Optional.of(registries(configuration)),
            network(cluster, access, distant),
            Patience.DEFAULT));
  }

  /** They are asked what images say of themselves; nodes pull them by themselves. */
  private static RegistryClient registries(Configuration configuration) {
    var access = NodeConfig.registries(configuration.insecureRegistries(), configuration.mirrors());
    return RegistryClient.open(access, Platform.here());
  }

  private static Optional<Supplier<Reach>> network(
      ClusterSettings cluster, ClusterAccess access, Distant distant) {
    if (!cluster.network().closed()) return Optional.empty();
    cluster.network().refuseOwn(access.namespace());
    return Optional.of(cluster.network().reach(distant.bucket(), Cluster.server(access)));
  }

  private static ClusterSaves saves(
      Home home, Distant distant, Keys keys, Driver driver, Metrics metrics)
      throws InterruptedException {
    return ClusterSaves.open(
        new ClusterSaves.Options(
            distant,
            keys.derive("snapshots"),
            home.snapshots(),
            new Pods(driver, keys),
            new SaveCounts(metrics)));
  }

  /** The pods as the driver sees them. */
  private record Pods(Driver driver, Keys keys) implements ClusterSaves.Pods {
    @Override
    public Optional<PodClient.Door> door(WorkspaceId workspace) {
      return driver.observe(workspace) instanceof Observation.Alive alive
          ? Optional.of(
              new PodClient.Door(
                  alive.supervisor().host(), keys.token(Specs.tokenUse(alive.instance()))))
          : Optional.empty();
    }

    @Override
    public boolean isGone(WorkspaceId workspace) {
      return driver.observe(workspace) instanceof Observation.Absent;
    }
  }

  private static PodOptions pods(
      ClusterSettings cluster, Configuration configuration, Path tree, Keys keys) {
    return new PodOptions(
        Configuration.mark(keys),
        cluster.workspaceImage(),
        new SupervisorTree(
            new TreeImage(cluster.image(), SUPERVISOR),
            lines(tree.resolve("argv")),
            variables(lines(tree.resolve("env")))),
        editor(configuration, cluster),
        Optional.of(content(cluster, configuration.saves(), keys.derive("snapshots"))),
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

  private static ContentContainer content(
      ClusterSettings cluster, Configuration.Saves saves, byte[] key) {
    return new ContentContainer(
        cluster.image(),
        List.of(PROGRAM),
        List.of("content", "--volume", ContentContainer.VOLUME),
        owner -> secrets(cluster, saves, key, owner),
        cluster.contentMemoryBytes(),
        cluster.saveGrace(),
        RESTORE_LONGEST);
  }

  private static Map<String, String> secrets(
      ClusterSettings cluster, Configuration.Saves saves, byte[] key, UserId owner) {
    var all = PodFiles.packed(cluster.forPods());
    // A pattern may have a comma in it, at which variables of lists are cut.
    all.remove("BERTH_SAVES_EXCLUDE");
    all.put("BERTH_EXCLUDE", Json.write(saves.exclude()));
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
