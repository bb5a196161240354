package dev.berth.installer.cluster;

import dev.berth.base.Problem;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Stage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Takes an installation away: first who makes workspaces, then workspaces, which save their files
 * once more, then what they save to.
 */
public final class Removing {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** What the driver's pods carry, so that nobody else's in the namespace are touched. */
  private static final Map<String, String> WORKSPACES =
      Map.of("app.kubernetes.io/managed-by", "berth");

  private final Target target;
  private final Applied applied;
  private final Namespaces namespaces;
  private final String namespace;
  private final String workspaces;
  private final Consumer<String> progress;
  private final Clock clock;

  public Removing(
      Target target, String namespace, String workspaces, Consumer<String> progress, Clock clock) {
    this.target = target;
    this.applied = new Applied(target, namespace);
    this.namespaces = new Namespaces(target);
    this.namespace = namespace;
    this.workspaces = workspaces;
    this.progress = progress;
    this.clock = clock;
  }

  /** What is there of it, newest first: whatever was ever applied and did not go. */
  public List<Manifest> there() {
    return applied.all().reversed();
  }

  /**
   * Removes it.
   *
   * @param who says so
   * @param data whether volumes, secrets and the namespaces that apply made go, too: then nothing
   *     can be had back
   * @param patience how long workspaces may take to save
   */
  public void remove(String who, boolean data, Duration patience) throws InterruptedException {
    var there = there();
    if (there.isEmpty()) return;
    var turn = Turn.take(target, namespace, who, false, clock, progress);
    try {
      remove(there, data, clock.instant().plus(patience), turn);
    } finally {
      turn.giveBack();
    }
    if (data) awaitGone(there, clock.instant().plus(patience));
  }

  private void remove(List<Manifest> there, boolean data, Instant until, Turn turn)
      throws InterruptedException {
    for (var manifest : there) if (manifest.stage() == Stage.GATEWAY) drop(manifest, data);
    for (var manifest : there) if (manifest.stage() == Stage.CONTROL) drop(manifest, data);
    awaitControl(until, turn);
    endWorkspaces(until, turn);
    for (var manifest : there) {
      boolean role = manifest.stage() == Stage.GATEWAY || manifest.stage() == Stage.CONTROL;
      if (!role && !manifest.isNamespace()) drop(manifest, data);
    }
    if (!data) {
      progress.accept(
          "Kept: the namespaces, volumes and secrets; apply brings it up again with them.");
      return;
    }
    dropWhatControlMade();
    applied.forget();
    for (var manifest : there) if (manifest.isNamespace()) dropNamespace(manifest);
  }

  private void dropNamespace(Manifest manifest) {
    if (namespaces.isMade(manifest)) {
      drop(manifest, true);
      return;
    }
    namespaces.leave(manifest);
    progress.accept("left, as it was there before Berth: " + manifest.key());
  }

  /** It goes with the namespace where that goes. */
  private void dropWhatControlMade() {
    var client = target.client();
    target.ask(
        "Removing what control made in " + workspaces,
        () -> {
          client
              .secrets()
              .inNamespace(workspaces)
              .withLabels(WORKSPACES)
              .list()
              .getItems()
              .forEach(one -> client.resource(one).delete());
          client
              .network()
              .v1()
              .networkPolicies()
              .inNamespace(workspaces)
              .withLabels(WORKSPACES)
              .list()
              .getItems()
              .forEach(one -> client.resource(one).delete());
          return true;
        });
  }

  private void drop(Manifest manifest, boolean data) {
    if (manifest.isData() && !data) return;
    if (target.delete(manifest)) progress.accept("removed: " + manifest.key());
  }

  /** While one of it lives it makes workspaces anew. */
  private void awaitControl(Instant until, Turn turn) throws InterruptedException {
    var control =
        Map.of(
            "app.kubernetes.io/name", "berth",
            "app.kubernetes.io/instance", namespace,
            "app.kubernetes.io/component", "control");
    while (!target.pods(namespace, control).isEmpty()) {
      if (clock.instant().isAfter(until)) {
        throw new Problem.Unavailable(
            "Pods of control in %s have not ended, so workspaces were left as they are."
                .formatted(namespace),
            "See: kubectl -n %s get pods; then remove once more.".formatted(namespace));
      }
      turn.renew();
      Thread.sleep(LOOK);
    }
  }

  private void endWorkspaces(Instant until, Turn turn) throws InterruptedException {
    var told = new HashSet<String>();
    while (true) {
      var running = target.pods(workspaces, WORKSPACES);
      if (running.isEmpty()) return;
      for (var pod : running) {
        if (!told.add(pod.getMetadata().getUid())) continue;
        var name = pod.getMetadata().getName();
        progress.accept("saves its files and ends: " + name);
        target.ask("Ending the workspace " + name, () -> target.client().resource(pod).delete());
      }
      if (clock.instant().isAfter(until)) {
        throw new Problem.Unavailable(
            "Workspaces in %s have not ended in time, so what they save to was left there."
                .formatted(workspaces),
            "See: kubectl -n %s get pods; then remove once more, with a longer --wait."
                .formatted(workspaces));
      }
      turn.renew();
      Thread.sleep(LOOK);
    }
  }

  private void awaitGone(List<Manifest> there, Instant until) throws InterruptedException {
    for (var manifest : there) {
      if (!manifest.isNamespace()) continue;
      while (namespaces.isMade(manifest)) {
        if (clock.instant().isAfter(until)) {
          throw new Problem.Unavailable(
              "%s is still going.".formatted(manifest.key()),
              "See what holds it: kubectl get namespace %s -o yaml.".formatted(manifest.name()));
        }
        Thread.sleep(LOOK);
      }
    }
  }
}
