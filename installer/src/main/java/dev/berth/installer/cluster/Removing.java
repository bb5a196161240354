package dev.berth.installer.cluster;

import static java.util.stream.Collectors.joining;

import dev.berth.base.Problem;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Stage;
import dev.berth.runtime.kubernetes.pod.Marks;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Takes an installation away: first who makes workspaces, then workspaces, which save their files
 * once more, then what they save to.
 */
public final class Removing {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Between two words of what is waited for. */
  private static final Duration TOLD = Duration.ofSeconds(15);

  /** Whoever serves a finalizer does so by then: clouds take a minute for a load balancer. */
  private static final Duration HELD = Duration.ofMinutes(2);

  private static final int NAMED = 5;

  private final Target target;
  private final Options options;
  private final Applied applied;
  private final Namespaces namespaces;
  private final Leftovers leftovers;
  private final Patience patience;
  private final Consumer<String> progress;
  private final Clock clock;

  /**
   * How it is done.
   *
   * @param namespace of Berth itself
   * @param workspaces the namespace of workspaces' pods, where there may be others'
   * @param installation by what pods and secrets of this installation are marked; empty where that
   *     is not known, as its key is gone
   * @param data whether volumes, secrets and the namespaces that apply made go, too: then nothing
   *     can be had back
   * @param force whether what does not end is taken away, and somebody else's turn
   * @param patience how long workspaces may take to save, and how long an API server that is away
   *     is asked again
   */
  public record Options(
      String namespace,
      String workspaces,
      Optional<String> installation,
      boolean data,
      boolean force,
      Duration patience) {
    /** What pods and secrets of the installation's workspaces carry. */
    Map<String, String> ours() {
      var labels = new TreeMap<>(Map.of(Marks.MANAGED_BY, Marks.OURS));
      installation.ifPresent(mark -> labels.put(Marks.INSTALLATION, mark));
      return labels;
    }
  }

  public Removing(Target target, Options options, Consumer<String> progress, Clock clock) {
    this.target = target;
    this.options = options;
    this.applied = new Applied(target, options.namespace());
    this.namespaces = new Namespaces(target);
    this.leftovers = new Leftovers(target);
    this.patience = new Patience(options.patience(), progress, clock);
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * What is there of it, newest first: whatever was ever applied and did not go; where that is
   * forgotten already, the namespaces that are still going.
   */
  public List<Manifest> there() throws InterruptedException {
    var all = patience.ask(applied::all).reversed();
    if (!all.isEmpty()) return all;
    var names = List.of(options.namespace(), options.workspaces());
    return patience.ask(() -> namespaces.going(names));
  }

  /** Removes it; {@code who} says so. */
  public void remove(String who) throws InterruptedException {
    var there = there();
    if (there.stream().allMatch(Manifest::isNamespace) && !patience.ask(applied::isThere)) {
      awaitNamespaces(there);
      return;
    }
    refuseStrangers();
    var wanted = new Turn.Wanted(options.namespace(), who, options.force());
    boolean all = Turn.with(target, wanted, patience, turn -> remove(there, turn));
    if (all) awaitNamespaces(there);
  }

  /** Without the installation's mark all that is Berth's would be taken for its own. */
  private void refuseStrangers() throws InterruptedException {
    if (options.installation().isPresent() || options.force()) return;
    var pods = patience.ask(this::workspaces);
    if (pods.isEmpty()) return;
    throw new Problem.Conflict(
        "The key of the installation in %s is gone, so nothing tells its workspaces in %s from another's: %s."
            .formatted(options.namespace(), options.workspaces(), names(pods)),
        "Put the secret berth-keys back; or say --force if all of them are this one's.");
  }

  private List<Pod> workspaces() {
    return target.pods(options.workspaces(), options.ours());
  }

  private static String names(List<Pod> pods) {
    var names = pods.stream().map(pod -> pod.getMetadata().getName()).limit(NAMED).toList();
    return String.join(", ", names) + (pods.size() > NAMED ? ", ..." : "");
  }

  /** Whether namespaces are going, too. */
  private boolean remove(List<Manifest> there, Turn turn) throws InterruptedException {
    for (var manifest : there) if (manifest.stage() == Stage.GATEWAY) drop(manifest, turn);
    for (var manifest : there) if (manifest.stage() == Stage.CONTROL) drop(manifest, turn);
    awaitControl(turn);
    endWorkspaces(turn);
    for (var manifest : there) {
      boolean role = manifest.stage() == Stage.GATEWAY || manifest.stage() == Stage.CONTROL;
      if (!role && !manifest.isNamespace()) drop(manifest, turn);
    }
    awaitDropped(there, turn);
    if (!options.data()) {
      progress.accept(
          "Kept: the namespaces, volumes and secrets; apply brings it up again with them.");
      return false;
    }
    boolean shared = turn.ask(this::isShared);
    turn.act(() -> dropWhatControlMade(shared));
    turn.act(applied::forget);
    var spaces = there.stream().filter(Manifest::isNamespace).toList();
    for (var manifest : spaces) dropNamespace(manifest, shared);
    return true;
  }

  /** Whether another installation has pods or secrets among the workspaces. */
  private boolean isShared() {
    if (options.installation().isEmpty()) return false;
    var client = target.client();
    return target.ask(
        "Looking for other installations in " + options.workspaces(),
        () ->
            Leftovers.isAny(
                    client
                        .pods()
                        .inNamespace(options.workspaces())
                        .withLabel(Marks.MANAGED_BY, Marks.OURS)
                        .withLabelNotIn(Marks.INSTALLATION, options.installation().get())
                        .list())
                || Leftovers.isAny(
                    client
                        .secrets()
                        .inNamespace(options.workspaces())
                        .withLabel(Marks.MANAGED_BY, Marks.OURS)
                        .withLabelNotIn(Marks.INSTALLATION, options.installation().get())
                        .list()));
  }

  /** The turn is in one of them, and goes with it. */
  private void dropNamespace(Manifest manifest, boolean shared) throws InterruptedException {
    if (shared && manifest.name().equals(options.workspaces())) {
      progress.accept("left, as another installation has workspaces there: " + manifest.key());
      return;
    }
    if (patience.ask(() -> namespaces.isMade(manifest))) {
      if (patience.ask(() -> target.delete(manifest))) {
        progress.accept("removed: " + manifest.key());
      }
      return;
    }
    patience.act(() -> namespaces.leave(manifest));
    progress.accept("left, as it was there before Berth: " + manifest.key());
  }

  /** It goes with the namespace where that goes. */
  private void dropWhatControlMade(boolean shared) {
    var client = target.client();
    target.ask(
        "Removing what control made in " + options.workspaces(),
        () -> {
          client
              .secrets()
              .inNamespace(options.workspaces())
              .withLabels(options.ours())
              .list()
              .getItems()
              .forEach(one -> client.resource(one).delete());
          // The rule of the network is of all pods there.
          if (!shared) {
            client
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(options.workspaces())
                .withLabel(Marks.MANAGED_BY, Marks.OURS)
                .list()
                .getItems()
                .forEach(one -> client.resource(one).delete());
          }
          return true;
        });
  }

  private boolean isKept(Manifest manifest) {
    return manifest.isData() && !options.data();
  }

  private void drop(Manifest manifest, Turn turn) throws InterruptedException {
    if (isKept(manifest)) return;
    if (turn.ask(() -> target.delete(manifest))) progress.accept("removed: " + manifest.key());
  }

  /** While one of it lives it makes workspaces anew. */
  private void awaitControl(Turn turn) throws InterruptedException {
    var control =
        Map.of(
            "app.kubernetes.io/name", "berth",
            "app.kubernetes.io/instance", options.namespace(),
            "app.kubernetes.io/component", "control");
    var wait = new Wait(options.patience());
    while (true) {
      var left = turn.ask(() -> target.pods(options.namespace(), control));
      if (left.isEmpty()) return;
      turn.act(() -> takeLost(left, wait));
      var why = turn.ask(() -> leftovers.why(left));
      if (wait.isOver()) {
        throw new Problem.Unavailable(
            "Pods of control in %s have not ended, so workspaces were left as they are: %s."
                .formatted(options.namespace(), why),
            "Then remove once more; --force takes away what does not end.");
      }
      wait.tell("control ends: " + why);
      Thread.sleep(LOOK);
    }
  }

  private void endWorkspaces(Turn turn) throws InterruptedException {
    var told = new HashSet<String>();
    var wait = new Wait(options.patience());
    boolean forced = false;
    while (true) {
      var running = turn.ask(this::workspaces);
      if (running.isEmpty()) return;
      for (var pod : running) {
        if (!told.add(pod.getMetadata().getUid())) continue;
        var name = pod.getMetadata().getName();
        progress.accept("saves its files and ends: " + name);
        turn.act(() -> end(pod));
      }
      var last = wait;
      turn.act(() -> takeLost(running, last));
      var why = turn.ask(() -> leftovers.why(running));
      if (wait.isOver() && options.force() && !forced) {
        for (var pod : running) {
          turn.act(() -> leftovers.take(pod, "it has not ended in time", progress));
        }
        forced = true;
        wait = new Wait(HELD);
      } else if (wait.isOver()) {
        throw new Problem.Unavailable(
            "Workspaces in %s have not ended in time, so what they save to was left there: %s."
                .formatted(options.workspaces(), why),
            "Remove once more, with a longer --wait; --force takes away what does not end, with what it has not saved.");
      }
      wait.tell(
          "%d of %d workspaces have not ended: %s".formatted(running.size(), told.size(), why));
      Thread.sleep(LOOK);
    }
  }

  private void end(Pod pod) {
    target.ask(
        "Ending the workspace " + pod.getMetadata().getName(),
        () -> target.client().resource(pod).delete());
  }

  /** Nobody ends a pod whose node is gone; it is said once, or done. */
  private void takeLost(List<Pod> pods, Wait wait) {
    for (var pod : pods) {
      if (pod.getMetadata().getDeletionTimestamp() == null) continue;
      var lost = leftovers.lost(pod);
      if (lost.isEmpty()) continue;
      if (options.force()) leftovers.take(pod, lost.get(), progress);
      else
        wait.once(
            "%s; --force takes it away: %s".formatted(lost.get(), pod.getMetadata().getName()));
    }
  }

  private void awaitDropped(List<Manifest> there, Turn turn) throws InterruptedException {
    var wait = new Wait(served());
    boolean forced = false;
    while (true) {
      var held = new ArrayList<String>();
      for (var manifest : there) {
        if (manifest.isNamespace() || isKept(manifest)) continue;
        var meta = turn.ask(() -> target.find(manifest)).map(found -> found.getMetadata());
        if (meta.isEmpty() || meta.get().getDeletionTimestamp() == null) continue;
        if (wait.isOver() && options.force()) {
          turn.act(() -> leftovers.release(manifest, progress));
        }
        held.add("%s (%s)".formatted(manifest.key(), holders(meta.get())));
      }
      if (held.isEmpty()) return;
      var words = String.join(", ", held.subList(0, Math.min(NAMED, held.size())));
      if (wait.isOver() && options.force() && !forced) {
        forced = true;
        wait = new Wait(HELD);
      } else if (wait.isOver()) {
        throw new Problem.Unavailable(
            "What was removed is not gone: %s.".formatted(words),
            "See who serves those finalizers, and remove once more; --force takes them off.");
      }
      wait.tell("waits for " + words);
      Thread.sleep(LOOK);
    }
  }

  /** How long finalizers are waited for. */
  private Duration served() {
    boolean hasty = options.force() && options.patience().compareTo(HELD) > 0;
    return hasty ? HELD : options.patience();
  }

  private static String holders(ObjectMeta meta) {
    var finalizers = Optional.ofNullable(meta.getFinalizers()).orElseGet(List::of);
    return finalizers.isEmpty() ? "it ends" : "held by " + String.join(", ", finalizers);
  }

  private void awaitNamespaces(List<Manifest> there) throws InterruptedException {
    var wait = new Wait(served());
    boolean forced = false;
    while (true) {
      var going = patience.ask(() -> going(there));
      if (going.isEmpty()) return;
      var why = patience.ask(() -> going.stream().map(namespaces::whyStill).collect(joining("; ")));
      if (wait.isOver() && options.force() && !forced) {
        for (var name : going) patience.act(() -> leftovers.releaseAll(name, there, progress));
        forced = true;
        wait = new Wait(HELD);
      } else if (wait.isOver()) {
        throw new Problem.Unavailable(
            "Namespaces are still going: %s.".formatted(why),
            options.force()
                ? "What holds them is not Berth's: kubectl api-resources --verbs=list --namespaced -o name | xargs -n 1 kubectl get -n %s shows what is left."
                    .formatted(going.getFirst())
                : "See who serves those finalizers; remove --data --force takes them off what is Berth's.");
      }
      wait.tell(why);
      Thread.sleep(LOOK);
    }
  }

  private List<String> going(List<Manifest> there) {
    return there.stream()
        .filter(Manifest::isNamespace)
        .filter(one -> namespaces.isGoing(one.name()))
        .map(Manifest::name)
        .toList();
  }

  /** Says now and then what is waited for. */
  private final class Wait {
    private final HashSet<String> said = new HashSet<>();
    private final Instant until;
    private Instant told;

    Wait(Duration patience) {
      this.told = clock.instant();
      this.until = told.plus(patience);
    }

    boolean isOver() {
      return clock.instant().isAfter(until);
    }

    void once(String words) {
      if (said.add(words)) progress.accept("  " + words);
    }

    void tell(String words) {
      if (clock.instant().isBefore(told.plus(TOLD))) return;
      told = clock.instant();
      var left = Duration.between(told, until);
      progress.accept("  %s; %d s more".formatted(words, Math.max(0, left.toSeconds())));
    }
  }
}
