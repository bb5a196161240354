package dev.berth.protocol;

import java.time.Instant;
import java.util.List;

/** Where a workspace stands, as last seen. What its owner wants is {@link Intent}. */
public sealed interface Phase {
  /** When it came to stand there. */
  Instant since();

  /** It was asked for, and nothing was done yet. */
  record Pending(Instant since) implements Phase {}

  /** An instance is on its way. */
  record Starting(Instant since, List<StartStep> steps) implements Phase {
    public Starting {
      steps = List.copyOf(steps);
    }
  }

  /** Its supervisor says that the files are there and terminals can be opened. */
  record Running(Instant since, Endpoint endpoint) implements Phase {}

  /** Its instance was asked to end. */
  record Stopping(Instant since, String why) implements Phase {}

  /** No instance runs; its files are kept. */
  record Stopped(Instant since, String why) implements Phase {}

  /**
   * It should run and cannot; its files are kept.
   *
   * @param what what was tried and what happened
   * @param remedy what its owner can do
   */
  record Failed(Instant since, String what, String remedy) implements Phase {}
}
