package dev.berth.installer.cluster;

import dev.berth.base.Problem;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Stage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Applies an installation stage by stage and waits for each. May be broken off at any time: what
 * was applied last to its end is known to the cluster, and the next one goes on. One that fails
 * puts back what was there before.
 */
public final class Applying {
  /** Between two looks at what is waited for. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Somebody else's attempt is believed to go on for so long. */
  private static final Duration TAKEN = Duration.ofMinutes(15);

  private static final int LAST_LINES = 15;

  private final Target target;
  private final Applied applied;
  private final Readiness readiness;
  private final Options options;
  private final Consumer<String> progress;
  private final Clock clock;

  /**
   * How it is done.
   *
   * @param patience how long each stage may take
   * @param keepFailed whether what failed is left as it is
   * @param force whether somebody else's attempt is overtaken
   */
  public record Options(
      String namespace,
      String who,
      String version,
      Duration patience,
      boolean keepFailed,
      boolean force) {}

  /** What was done. */
  public record Done(int made, int changed, int same, int removed) {
    /** Whether anything is another than before. */
    public boolean isNothing() {
      return made + changed + removed == 0;
    }
  }

  public Applying(Target target, Options options, Consumer<String> progress, Clock clock) {
    this.target = target;
    this.applied = new Applied(target, options.namespace());
    this.readiness = new Readiness(target);
    this.options = options;
    this.progress = progress;
    this.clock = clock;
  }

  /** Brings the cluster to {@code wanted}; what was applied before and is not wanted goes. */
  public Done apply(List<Manifest> wanted) throws InterruptedException {
    var attempt = new Applied.Attempt(clock.instant(), options.who(), options.version());
    var made = new ArrayList<Manifest>();
    namespaces(wanted, made);
    mayBegin();
    var before = applied.good();
    applied.begin(attempt, wanted);
    try {
      var counts = new LinkedHashMap<Target.Change, Integer>();
      for (var stage : stages(wanted)) apply(stage, of(wanted, stage), counts, made);
      int removed = prune(before, wanted);
      applied.end(attempt, wanted);
      return new Done(
          counts.getOrDefault(Target.Change.MADE, 0),
          counts.getOrDefault(Target.Change.CHANGED, 0),
          counts.getOrDefault(Target.Change.SAME, 0),
          removed);
    } catch (Problem problem) {
      if (options.keepFailed()) throw problem;
      goBack(before, wanted, made);
      throw problem;
    }
  }

  /** The record of what is applied is in a namespace, too. */
  private void namespaces(List<Manifest> wanted, List<Manifest> made) {
    for (var manifest : of(wanted, Stage.NAMESPACES)) {
      if (target.apply(manifest) == Target.Change.MADE) made.add(manifest);
    }
  }

  private void mayBegin() {
    var begun = applied.begun();
    if (begun.isEmpty()) return;
    var other = begun.get();
    boolean ours = other.who().equals(options.who());
    boolean old = other.at().isBefore(clock.instant().minus(TAKEN));
    if (!ours && !old && !options.force()) {
      throw new Problem.Conflict(
          "%s is applying this installation since %s.".formatted(other.who(), other.at()),
          "Wait for its end, or say --force if it is not at it any more.");
    }
    progress.accept("An attempt of %s has not ended; going on from there.".formatted(other.at()));
  }

  private static List<Stage> stages(List<Manifest> wanted) {
    return wanted.stream().map(Manifest::stage).distinct().sorted().toList();
  }

  private static List<Manifest> of(List<Manifest> all, Stage stage) {
    return all.stream().filter(manifest -> manifest.stage() == stage).toList();
  }

  private void apply(
      Stage stage,
      List<Manifest> manifests,
      Map<Target.Change, Integer> counts,
      List<Manifest> made)
      throws InterruptedException {
    var changes = new LinkedHashMap<Target.Change, Integer>();
    for (var manifest : manifests) {
      var change = target.apply(manifest);
      if (change == Target.Change.MADE) made.add(manifest);
      changes.merge(change, 1, Integer::sum);
      counts.merge(change, 1, Integer::sum);
    }
    progress.accept("%s: %s".formatted(stage, words(changes)));
    var waited = manifests.stream().filter(Readiness::matters).toList();
    for (var manifest : waited) await(manifest);
  }

  private static String words(Map<Target.Change, Integer> changes) {
    return changes.entrySet().stream()
        .map(entry ->
            switch (entry.getKey()) {
              case MADE -> entry.getValue() + " made";
              case CHANGED -> entry.getValue() + " changed";
              case SAME -> entry.getValue() + " as before";
            })
        .collect(Collectors.joining(", "));
  }

  private void await(Manifest manifest) throws InterruptedException {
    var until = clock.instant().plus(options.patience());
    var said = "";
    while (true) {
      var seen = readiness.of(manifest);
      var why =
          switch (seen) {
            case Readiness.Seen.Well(var words) -> {
              if (!said.isEmpty()) progress.accept("  %s: %s".formatted(manifest.key(), words));
              yield "";
            }
            case Readiness.Seen.NotYet(var words) -> words;
            case Readiness.Seen.Missing _ -> "it is not there";
          };
      if (why.isEmpty()) return;
      if (clock.instant().isAfter(until)) throw late(manifest, why);
      var steady = why.replaceAll("for \\d+ s", "");
      if (!steady.equals(said)) progress.accept("  %s: %s".formatted(manifest.key(), why));
      said = steady;
      Thread.sleep(LOOK);
    }
  }

  private Problem late(Manifest manifest, String why) {
    var last = readiness.lastWords(manifest, LAST_LINES).strip();
    if (!last.isEmpty()) progress.accept("  its last lines:\n" + last.indent(4).stripTrailing());
    return new Problem.Unavailable(
        "%s was not ready within %d s: %s."
            .formatted(manifest.key(), options.patience().toSeconds(), why),
        "See: kubectl -n %s describe %s %s; docs/operate/install-on-kubernetes.md says what usual messages mean."
            .formatted(
                manifest.namespace().orElse("default"),
                manifest.kind().toLowerCase(java.util.Locale.ROOT),
                manifest.name()));
  }

  /** Data stays: who no longer wants a database may want it back. */
  private int prune(List<Manifest> before, List<Manifest> wanted) {
    var stays = keys(wanted);
    int removed = 0;
    for (var manifest : before.reversed()) {
      if (stays.contains(manifest.key()) || manifest.isData() || manifest.isNamespace()) continue;
      target.delete(manifest);
      progress.accept("no longer wanted, removed: " + manifest.key());
      removed++;
    }
    return removed;
  }

  private static Set<String> keys(List<Manifest> manifests) {
    return manifests.stream().map(Manifest::key).collect(Collectors.toCollection(HashSet::new));
  }

  private void goBack(List<Manifest> before, List<Manifest> wanted, List<Manifest> made) {
    progress.accept(
        before.isEmpty()
            ? "Taking back what was made; volumes and secrets stay."
            : "Putting back what was there before.");
    for (var manifest : before) target.apply(manifest);
    var stays = keys(before);
    var attempted = keys(wanted);
    for (var manifest : made.reversed()) {
      if (stays.contains(manifest.key()) || manifest.isData() || manifest.isNamespace()) continue;
      if (attempted.contains(manifest.key())) target.delete(manifest);
    }
    applied.giveUp();
  }
}
