package dev.berth.protocol.check;

import java.time.Instant;
import java.util.List;

/**
 * Checks that were made together.
 *
 * @param by who made them: a control, or somebody at a machine
 * @param version of the program that made them
 */
public record CheckRun(
    String by, String version, Instant began, Instant ended, List<Result> results) {
  public CheckRun {
    results = List.copyOf(results);
  }
}
