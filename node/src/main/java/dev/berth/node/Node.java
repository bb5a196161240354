package dev.berth.node;

import dev.berth.base.Problem;
import dev.berth.node.editor.EditorChoice;
import dev.berth.node.editor.Editors;
import dev.berth.node.save.MachineSaves;
import dev.berth.protocol.check.Result;
import dev.berth.runtime.Driver;
import dev.berth.runtime.Saves;
import dev.berth.runtime.runc.ImageStore;
import dev.berth.runtime.runc.LocalImages;
import dev.berth.runtime.runc.RuncDriver;
import dev.berth.runtime.runc.RuncOptions;
import dev.berth.runtime.runc.Seeds;
import dev.berth.runtime.runc.build.BuildOptions;
import dev.berth.runtime.runc.build.DockerfileBuilds;
import dev.berth.runtime.runc.layers.LayerStore;
import dev.berth.runtime.runc.network.NetworkOptions;
import dev.berth.runtime.runc.network.Subnet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A machine that is ready to run instances. */
public final class Node implements AutoCloseable {
  private final LayerStore layers;
  private final DockerfileBuilds builds;
  private final RuncDriver driver;
  private final Editors editors;
  private final Optional<MachineSaves> saves;
  private final MachineChecks checks;

  private Node(
      LayerStore layers,
      DockerfileBuilds builds,
      RuncDriver driver,
      Editors editors,
      Optional<MachineSaves> saves,
      MachineChecks checks) {
    this.layers = layers;
    this.builds = builds;
    this.driver = driver;
    this.editors = editors;
    this.saves = saves;
    this.checks = checks;
  }

  /**
   * Prepares this machine, telling {@code progress} what it does, and opens its driver. Takes
   * minutes at the first time, which makes the default image, and no time later.
   */
  public static Node open(NodeConfig config, Consumer<String> progress)
      throws InterruptedException {
    var setup = HostSetup.ofThisMachine();
    var runtime = setup.prepare(progress);
    var local = LocalImages.open(config.images().resolve("local"));
    var defaultImage = new DefaultImage(local, packages(config.packages()), config.images());
    makeDefaultImage(defaultImage, progress);

    var layers = layers(config);
    var images = new MachineImages(defaultImage, local, layers);
    var saves = saves(config);
    var builds = builds(config, local, layers, runtime);
    var driver = driver(config, images, builds, saves, runtime);
    var editors = editors(config.editor(), config.editors(), progress);
    var checks = new MachineChecks(setup, driver, config.instances());
    return new Node(layers, builds, driver, editors, saves, checks);
  }

  /**
   * The browser editor alone, for those that run no instances on this machine.
   *
   * @param cache where trees are kept
   */
  public static Editors editors(EditorChoice choice, Path cache, Consumer<String> progress) {
    return Editors.open(choice, cache, HostSetup.forEditor()::installMissing, progress);
  }

  private static Optional<MachineSaves> saves(NodeConfig config) throws InterruptedException {
    if (config.saves().isEmpty()) return Optional.empty();
    var workspaces = config.instances().resolve("workspaces");
    return Optional.of(MachineSaves.open(workspaces, config.saves().get()));
  }

  private static LayerStore layers(NodeConfig config) {
    return LayerStore.open(config.images(), config.registries());
  }

  /** Its instances have a network of their own: addresses there are given out by its driver. */
  private static DockerfileBuilds builds(
      NodeConfig config, LocalImages local, LayerStore layers, String runtime)
      throws InterruptedException {
    var builder = DefaultImage.ofBuilder(local, config.images());
    var network = network(config.network());
    return DockerfileBuilds.open(
        new BuildOptions(
            config.builds(),
            (_, progress) -> builder.ensure(progress),
            config.registries(),
            new NetworkOptions(Optional.empty(), network.blockPrivate(), network.allow()),
            runtime,
            BuildOptions.Bounds.USUAL,
            config.authorities().pem()),
        layers);
  }

  private static RuncDriver driver(
      NodeConfig config,
      ImageStore images,
      DockerfileBuilds builds,
      Optional<MachineSaves> saves,
      String runtime)
      throws InterruptedException {
    return RuncDriver.open(
        new RuncOptions(
            config.instances(),
            config.supervisor(),
            images,
            MachineImages.DEFAULT,
            network(config.network()),
            saves.<Seeds>map(all -> all).orElse(Seeds.NONE),
            runtime,
            builds,
            RuncOptions.WORKSPACES_IDS));
  }

  /** Workspaces that name an image start without it, and the next start of one tries again. */
  private static void makeDefaultImage(DefaultImage image, Consumer<String> progress)
      throws InterruptedException {
    try {
      image.ensure(progress);
    } catch (Problem e) {
      progress.accept(e.words());
    }
  }

  private static NetworkOptions network(NodeConfig.Network network) {
    return new NetworkOptions(
        network.subnet().map(Subnet::parse),
        network.blockPrivate(),
        network.allow().stream().map(Subnet::parse).toList());
  }

  private static List<String> packages(List<String> more) {
    if (more.isEmpty()) return DefaultImage.WORKSPACE_PACKAGES;
    return Stream.concat(DefaultImage.NEEDED_PACKAGES.stream(), more.stream()).distinct().toList();
  }

  /** What runs instances here. */
  public Driver driver() {
    return driver;
  }

  /** What saves its workspaces. */
  public Saves saves() {
    return saves.<Saves>map(all -> all).orElse(Saves.OFF);
  }

  /** Whether this machine can still do what workspaces need, by trying. */
  public List<Result> check() throws InterruptedException {
    return checks.all();
  }

  /** Its browser editor. */
  public Editors editors() {
    return editors;
  }

  /** Removes bridge, firewall rules and control groups; delete its workspaces first. */
  public void dismantle() throws InterruptedException {
    driver.dismantle();
    builds.dismantle();
  }

  @Override
  public void close() {
    saves.ifPresent(MachineSaves::close);
    editors.close();
    driver.close();
    builds.close();
    layers.close();
  }
}
