package dev.berth.installer.cluster;

import dev.berth.base.Problem;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Stage;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** For each question of putting back what was there: what failed has often waited already. */
  private static final Duration BACK = Duration.ofMinutes(1);

  private static final int LAST_LINES = 15;

  private final Target target;
  private final Applied applied;
  private final Namespaces namespaces;
  private final Readiness readiness;
  private final Options options;
  private final Patience patience;
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
    this.namespaces = new Namespaces(target);
    this.readiness = new Readiness(target);
    this.options = options;
    this.patience = new Patience(options.patience(), progress, clock);
    this.progress = progress;
    this.clock = clock;
  }

  /** Brings the cluster to {@code wanted}; what was applied before and is not wanted goes. */
  public Done apply(List<Manifest> wanted) throws InterruptedException {
    var spaces = of(wanted, Stage.NAMESPACES);
    for (var space : spaces) patience.act(() -> namespaces.mayTake(space));
    // The record of what is applied is in a namespace, too.
    for (var space : spaces) patience.ask(() -> namespaces.apply(space));
    var who = new Turn.Wanted(options.namespace(), options.who(), options.force());
    return Turn.with(target, who, patience, turn -> apply(wanted, turn));
  }

  private Done apply(List<Manifest> wanted, Turn turn) throws InterruptedException {
    var attempt = new Applied.Attempt(clock.instant(), options.who(), options.version());
    turn.ask(applied::begun)
        .ifPresent(other ->
            progress.accept(
                "An attempt of %s has not ended; going on from there.".formatted(other.at())));
    turn.act(() -> applied.begin(attempt, wanted));
    try {
      var counts = new LinkedHashMap<Target.Change, Integer>();
      for (var stage : stages(wanted)) apply(stage, of(wanted, stage), counts, turn);
      int removed = prune(wanted, turn);
      turn.act(() -> applied.end(attempt, wanted));
      return new Done(
          counts.getOrDefault(Target.Change.MADE, 0),
          counts.getOrDefault(Target.Change.CHANGED, 0),
          counts.getOrDefault(Target.Change.SAME, 0),
          removed);
    } catch (Problem problem) {
      after(problem, attempt, turn);
      throw problem;
    }
  }

  /** What is left to be done about a failure; what goes wrong with that is told with it. */
  private void after(Problem problem, Applied.Attempt attempt, Turn turn)
      throws InterruptedException {
    if (options.keepFailed()) return;
    try {
      var back = patience.atMost(BACK);
      if (!back.ask(turn::isOurs)) return; // who has overtaken us goes on from here
      goBack(attempt, turn, back);
    } catch (Problem again) {
      progress.accept(
          "What was there before could not be put back: %s Call apply once more."
              .formatted(again.words()));
      problem.addSuppressed(again);
    }
  }

  private static List<Stage> stages(List<Manifest> wanted) {
    return wanted.stream().map(Manifest::stage).distinct().sorted().toList();
  }

  private static List<Manifest> of(List<Manifest> all, Stage stage) {
    return all.stream().filter(manifest -> manifest.stage() == stage).toList();
  }

  private void apply(
      Stage stage, List<Manifest> manifests, Map<Target.Change, Integer> counts, Turn turn)
      throws InterruptedException {
    var changes = new LinkedHashMap<Target.Change, Integer>();
    for (var manifest : manifests) {
      var change =
          turn.ask(
              () -> manifest.isNamespace() ? namespaces.apply(manifest) : target.apply(manifest));
      changes.merge(change, 1, Integer::sum);
      counts.merge(change, 1, Integer::sum);
    }
    progress.accept("%s: %s".formatted(stage, words(changes)));
    var waited = manifests.stream().filter(Readiness::matters).toList();
    for (var manifest : waited) await(manifest, turn);
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

  private void await(Manifest manifest, Turn turn) throws InterruptedException {
    var until = clock.instant().plus(options.patience());
    var said = "";
    while (true) {
      var seen = seen(manifest, turn);
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

  private Readiness.Seen seen(Manifest manifest, Turn turn) {
    try {
      turn.renew();
      return readiness.of(manifest);
    } catch (Problem.Unavailable away) {
      return new Readiness.Seen.NotYet(away.what());
    }
  }

  private Problem late(Manifest manifest, String why) {
    var last = lastWords(manifest);
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

  private String lastWords(Manifest manifest) {
    try {
      return readiness.lastWords(manifest, LAST_LINES).strip();
    } catch (Problem.Unavailable away) {
      return ""; // what is told already says so
    }
  }

  /** Data stays: who no longer wants a database may want it back. */
  private int prune(List<Manifest> wanted, Turn turn) throws InterruptedException {
    int removed = 0;
    for (var manifest : Applied.without(turn.ask(applied::all), wanted).reversed()) {
      if (manifest.isData() || manifest.isNamespace()) continue;
      if (turn.ask(() -> target.delete(manifest))) {
        progress.accept("no longer wanted, removed: " + manifest.key());
        removed++;
      }
    }
    return removed;
  }

  private void goBack(Applied.Attempt attempt, Turn turn, Patience back)
      throws InterruptedException {
    var before = turn.ask(back, applied::good);
    progress.accept(
        before.isEmpty()
            ? "Taking back what was made; volumes and secrets stay."
            : "Putting back what was there before.");
    for (var manifest : before) turn.ask(back, () -> target.apply(manifest));
    for (var manifest : Applied.without(turn.ask(back, applied::tried), before).reversed()) {
      if (manifest.isData() || manifest.isNamespace()) continue;
      turn.ask(back, () -> target.delete(manifest));
    }
    turn.act(back, () -> applied.giveUp(attempt));
  }
}
