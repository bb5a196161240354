package dev.berth.protocol.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A moment of a workspace that one can go back to.
 *
 * @param id sorts by time
 * @param at when its save began
 * @param files how many there were
 * @param bytes of all of them together
 * @param newBytes what no earlier save had
 * @param leftOut what could not be kept, for people; the first few
 * @param kept whether it stays as long as its workspace, because somebody asked for it
 * @param changed against the moment before it; empty for the oldest, and for one that was just made
 */
public record PointView(
    String id,
    Instant at,
    long files,
    long bytes,
    long newBytes,
    List<String> leftOut,
    boolean kept,
    Optional<Changed> changed) {
  public PointView {
    leftOut = List.copyOf(leftOut);
  }

  /** How many files are new, other and gone. */
  public record Changed(long added, long changed, long removed) {}
}
