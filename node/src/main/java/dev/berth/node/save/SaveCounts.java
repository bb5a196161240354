package dev.berth.node.save;

import dev.berth.base.metrics.Metrics;
import dev.berth.node.pod.Deed;
import java.util.Locale;

/** What is counted of saves and restores; any thread. */
public final class SaveCounts {
  /** A save of what people change takes part of a second, the first of a large tree minutes. */
  private static final double[] TIMES = {0.05, 0.1, 0.3, 1, 3, 10, 30, 60, 180, 600, 1800};

  private static final double[] BYTES = {1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11};

  private final Metrics.Histogram saveTimes;
  private final Metrics.Histogram saveBytes;
  private final Metrics.Histogram restoreTimes;
  private final Metrics.Histogram restoreBytes;

  public SaveCounts(Metrics metrics) {
    this.saveTimes =
        metrics.histogram(
            "berth_workspace_save_seconds",
            "How long saves of workspaces' files took.",
            TIMES,
            "outcome");
    this.saveBytes =
        metrics.histogram(
            "berth_workspace_save_bytes", "What saves had that no earlier save had.", BYTES);
    this.restoreTimes =
        metrics.histogram(
            "berth_workspace_restore_seconds",
            "How long restores of workspaces' files took.",
            TIMES,
            "outcome");
    this.restoreBytes =
        metrics.histogram(
            "berth_workspace_restore_bytes", "What restores brought, without holes.", BYTES);
  }

  /** Counted for nobody to see. */
  static SaveCounts unseen() {
    return new SaveCounts(new Metrics());
  }

  void count(Deed deed) {
    var outcome = deed.outcome().name().toLowerCase(Locale.ROOT);
    boolean done = deed.outcome() == Deed.Outcome.DONE;
    switch (deed.kind()) {
      case SAVE -> {
        saveTimes.took(deed.time(), outcome);
        if (done) saveBytes.had((double) deed.bytes());
      }
      case RESTORE -> {
        restoreTimes.took(deed.time(), outcome);
        if (done) restoreBytes.had((double) deed.bytes());
      }
    }
  }
}
