package dev.berth.node;

import dev.berth.registry.pull.RegistryAccess;
import dev.berth.runtime.Driver;
import dev.berth.runtime.runc.ImageStore;
import dev.berth.runtime.runc.RootFilesystem;
import dev.berth.runtime.runc.RuncDriver;
import dev.berth.runtime.runc.RuncOptions;
import dev.berth.runtime.runc.layers.LayerStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A machine that is ready to run instances. */
public final class Node implements AutoCloseable {
  private final LayerStore layers;
  private final Driver driver;

  private Node(LayerStore layers, Driver driver) {
    this.layers = layers;
    this.driver = driver;
  }

  /** Prepares this machine, telling {@code progress} what it does, and opens its driver. */
  public static Node open(NodeConfig config, Consumer<String> progress)
      throws InterruptedException {
    var access = new RegistryAccess(Map.of(), config.insecureRegistries(), Map.of());
    var layers = LayerStore.open(config.images(), access);
    ImageStore images =
        (reference, told) ->
            reference.equals("default")
                ? new RootFilesystem(
                    List.of(Path.of("/var/tmp/berth-dev/rootfs")), Map.of(), Optional.empty())
                : layers.fetch(reference, told);
    progress.accept("opening the driver");
    var driver =
        RuncDriver.open(
            new RuncOptions(config.instances(), config.supervisor(), images, "default"));
    return new Node(layers, driver);
  }

  /** What runs instances here. */
  public Driver driver() {
    return driver;
  }

  @Override
  public void close() {
    driver.close();
    layers.close();
  }
}
