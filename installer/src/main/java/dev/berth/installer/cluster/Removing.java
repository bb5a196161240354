package dev.berth.installer.cluster;

import dev.berth.base.Problem;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Stage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
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
  private final String workspaces;
  private final Consumer<String> progress;
  private final Clock clock;

  public Removing(
      Target target, String namespace, String workspaces, Consumer<String> progress, Clock clock) {
    this.target = target;
    this.applied = new Applied(target, namespace);
    this.workspaces = workspaces;
    this.progress = progress;
    this.clock = clock;
  }

  /** What is there of it, newest first: what was applied well, and what was tried since. */
  public List<Manifest> there() {
    var all = new ArrayList<Manifest>();
    var seen = new HashSet<String>();
    for (var list : List.of(applied.tried(), applied.good())) {
      for (var manifest : list) if (seen.add(manifest.key())) all.add(manifest);
    }
    return all.stream().sorted(java.util.Comparator.comparing(Manifest::stage).reversed()).toList();
  }

  /**
   * Removes it.
   *
   * @param data whether volumes, secrets and the namespaces go, too: then nothing can be had back
   * @param patience how long workspaces may take to save
   */
  public void remove(boolean data, Duration patience) throws InterruptedException {
    var there = there();
    for (var manifest : there) if (manifest.stage() == Stage.GATEWAY) drop(manifest, data);
    for (var manifest : there) if (manifest.stage() == Stage.CONTROL) drop(manifest, data);
    endWorkspaces(patience);
    for (var manifest : there) {
      boolean role = manifest.stage() == Stage.GATEWAY || manifest.stage() == Stage.CONTROL;
      if (!role && !manifest.isNamespace()) drop(manifest, data);
    }
    if (!data) {
      progress.accept(
          "Kept: the namespaces, volumes and secrets; apply brings it up again with them.");
      return;
    }
    applied.forget();
    for (var manifest : there) if (manifest.isNamespace()) drop(manifest, true);
    awaitGone(there, patience);
  }

  private void drop(Manifest manifest, boolean data) {
    if (manifest.isData() && !data) return;
    target.delete(manifest);
    progress.accept("removed: " + manifest.key());
  }

  private void endWorkspaces(Duration patience) throws InterruptedException {
    var running = target.pods(workspaces, WORKSPACES);
    if (running.isEmpty()) return;
    progress.accept("%d workspaces save their files and end".formatted(running.size()));
    for (var pod : running) {
      target.ask(
          "Ending the workspace " + pod.getMetadata().getName(),
          () -> target.client().resource(pod).delete());
    }
    var until = clock.instant().plus(patience);
    while (!target.pods(workspaces, WORKSPACES).isEmpty()) {
      if (clock.instant().isAfter(until)) {
        throw new Problem.Unavailable(
            "Workspaces in %s have not ended within %d s, so what they save to was left there."
                .formatted(workspaces, patience.toSeconds()),
            "See: kubectl -n %s get pods; then remove once more.".formatted(workspaces));
      }
      Thread.sleep(LOOK);
    }
  }

  private void awaitGone(List<Manifest> there, Duration patience) throws InterruptedException {
    var until = clock.instant().plus(patience);
    for (var manifest : there) {
      if (!manifest.isNamespace()) continue;
      while (target.find(manifest).isPresent()) {
        if (clock.instant().isAfter(until)) {
          throw new Problem.Unavailable(
              "%s is still going after %d s.".formatted(manifest.key(), patience.toSeconds()),
              "See what holds it: kubectl get namespace %s -o yaml.".formatted(manifest.name()));
        }
        Thread.sleep(LOOK);
      }
    }
  }
}
