package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.base.metrics.Metrics;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.control.reconcile.EditorSource;
import dev.berth.node.Node;
import dev.berth.runtime.Driver;
import dev.berth.runtime.Saves;
import java.nio.file.Path;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What runs and saves workspaces, as control needs it: this machine or a cluster.
 *
 * @param machine this one, where it runs them
 */
record WorkspaceHost(Driver driver, Saves saves, EditorSource editor, Optional<Node> machine) {
  /**
   * Opens what the configuration names.
   *
   * @param metrics get what is counted of saves
   * @param opened gets what is to be closed
   * @param progress is told what is done on the machine
   */
  static WorkspaceHost open(
      Home home,
      Configuration configuration,
      Metrics metrics,
      Deque<AutoCloseable> opened,
      Consumer<String> progress)
      throws InterruptedException {
    if (configuration.cluster().isPresent()) {
      var cluster =
          ClusterHost.open(
              home,
              configuration,
              configuration.cluster().get(),
              supervisorTree(),
              metrics,
              progress);
      opened.push(cluster);
      return new WorkspaceHost(
          cluster.driver(), cluster.saves(), cluster.editor(), Optional.empty());
    }
    var node = Node.open(Installation.nodeConfig(home, configuration, metrics), progress);
    opened.push(node);
    return of(node);
  }

  /** This machine, made ready. */
  static WorkspaceHost of(Node node) {
    var editors = node.editors();
    return new WorkspaceHost(
        node.driver(),
        node.saves(),
        new EditorSource(editors.folder(), true, editors::state),
        Optional.of(node));
  }

  /** Beside the jars in a build or an archive; the launcher says where. */
  static Path supervisorTree() {
    var named = System.getProperty("berth.supervisor");
    if (named == null) {
      throw new Problem.Unavailable(
          "The supervisor's folder is not known.", "Start Berth by its launcher, ./berth.");
    }
    return Path.of(named);
  }
}
