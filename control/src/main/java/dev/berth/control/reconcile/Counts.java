package dev.berth.control.reconcile;

import dev.berth.base.metrics.Metrics;
import dev.berth.control.workspace.Workspace;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is counted of looks and of what they change; any thread. */
public final class Counts {
  /** An image that is there starts within two seconds, one that is pulled within minutes. */
  private static final double[] START =
      new double[] {0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300, 600};

  private static final double[] LOOK = new double[] {0.001, 0.005, 0.02, 0.1, 0.5, 2, 10};

  /** Those that a driver has. */
  private static final Set<String> STEPS =
      Set.of("node", "network", "files", "image", "build", "features", "container");

  /** Those that a supervisor has; an instance may name its own as it likes. */
  private static final Set<String> INSIDE = Set.of("boot", "content");

  /** What an instance says of its own may be anything, and all are added up. */
  private static final Duration STEP_LONGEST = Duration.ofHours(1);

  private final Metrics.Counter starts;
  private final Metrics.Histogram startup;
  private final Metrics.Histogram steps;
  private final Metrics.Counter stops;
  private final Metrics.Counter failures;
  private final Metrics.Histogram looks;
  private final Metrics.Counter failedLooks;
  private volatile Map<String, Long> phases = Map.of();

  public Counts(Metrics metrics) {
    this.starts =
        metrics.counter("berth_workspace_starts_total", "Instances set on their way.", "kind");
    this.startup =
        metrics.histogram(
            "berth_workspace_startup_seconds",
            "From the wish to run to an instance that is ready.",
            START,
            "kind");
    this.steps =
        metrics.histogram(
            "berth_workspace_start_step_seconds",
            "Each step of a start; files is the restoring of what was saved.",
            START,
            "step");
    this.stops =
        metrics.counter("berth_workspace_stops_total", "Workspaces asked to end.", "reason");
    this.failures =
        metrics.counter("berth_workspace_failures_total", "Workspaces that cannot run.", "reason");
    this.looks = metrics.histogram("berth_look_seconds", "How long a look takes.", LOOK);
    this.failedLooks =
        metrics.counter("berth_looks_failed_total", "Looks that failed, and are made again.");
  }

  /** A sweep read these. */
  void listed(List<Workspace> all) {
    phases = all.stream().collect(Collectors.groupingBy(Counts::phase, Collectors.counting()));
  }

  private static String phase(Workspace workspace) {
    return workspace.phase().getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** How many workspaces a sweep saw last in each phase; none before the first. */
  public Map<String, Long> phases() {
    return phases;
  }

  void looked(Duration time) {
    looks.took(time);
  }

  void lookFailed() {
    failedLooks.count();
  }

  void started(Workspace workspace) {
    starts.count(kind(workspace));
  }

  /** A look saved {@code next} where {@code workspace} was. */
  void changed(Workspace workspace, Workspace.State next, Seen seen, Instant now) {
    var before = workspace.phase();
    switch (next.phase()) {
      case Phase.Running _ when before instanceof Phase.Starting(var since, _) -> {
        startup.took(Duration.between(since, now), kind(workspace));
        var inside =
            seen instanceof Seen.Ready ready ? ready.status().steps() : List.<StartStep>of();
        int own = Math.max(0, next.steps().size() - inside.size()); // those come first
        next.steps().stream().limit(own).forEach(step -> count(step, STEPS));
        inside.forEach(step -> count(step, INSIDE));
      }
      case Phase.Stopping _ when !(before instanceof Phase.Stopping) ->
          stops.count(reason(workspace, next));
      case Phase.Failed _ when !(before instanceof Phase.Failed) -> failures.count(reason(seen));
      case Phase.Pending _,
          Phase.Starting _,
          Phase.Running _,
          Phase.Stopping _,
          Phase.Stopped _,
          Phase.Failed _ -> {}
    }
  }

  private void count(StartStep step, Set<String> known) {
    var name = known.contains(step.name()) ? step.name() : "other";
    step.ended()
        .ifPresent(end -> {
          var took = Duration.between(step.began(), end);
          steps.took(took.compareTo(STEP_LONGEST) > 0 ? STEP_LONGEST : took, name);
        });
  }

  private static String kind(Workspace workspace) {
    if (workspace.plan().headless()) return "prebuild";
    return workspace.id().isTrial() ? "trial" : "regular";
  }

  /**
   * Where nobody asked for it, it is that nobody used it, or that it has done all that it was for.
   */
  private static String reason(Workspace workspace, Workspace.State next) {
    return switch (next.intent()) {
      case Intent.Discard _, Intent.Delete _ -> "deleted";
      case Intent.Run _ -> "restart";
      case Intent.Stop _ when workspace.intent() instanceof Intent.Stop -> "asked";
      case Intent.Stop _ -> workspace.plan().headless() ? "finished" : "idle";
    };
  }

  private static String reason(Seen seen) {
    return switch (seen) {
      case Seen.Broken _ -> "broken";
      case Seen.Exited _ -> "ended_by_itself";
      case Seen.OnItsWay _, Seen.Silent _ -> "no_answer";
      case Seen.Absent _, Seen.Ready _ -> "too_late";
    };
  }
}
