package dev.berth.node.pod;

import java.time.Duration;
import java.time.Instant;

/**
 * Something that was done with the files of a workspace, as it is counted.
 *
 * @param bytes that no earlier save had; of a restore, all that it brought
 */
public record Deed(Kind kind, Outcome outcome, Instant ended, long millis, long bytes) {
  /** What it was. */
  public enum Kind {
    SAVE,
    RESTORE
  }

  /** How it ended. */
  public enum Outcome {
    DONE,
    /** A save that found all as it was saved before. */
    UNCHANGED,
    FAILED
  }

  public Duration time() {
    return Duration.ofMillis(millis);
  }
}
