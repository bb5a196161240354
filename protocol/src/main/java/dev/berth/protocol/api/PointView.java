package dev.berth.protocol.api;

import java.time.Instant;
import java.util.List;

/**
 * A moment of a workspace that one can go back to.
 *
 * @param id sorts by time
 * @param at when its save began
 * @param files how many there were
 * @param bytes of all of them together
 * @param newBytes what no earlier save had
 * @param leftOut what could not be kept, for people; the first few
 */
public record PointView(
    String id, Instant at, long files, long bytes, long newBytes, List<String> leftOut) {
  public PointView {
    leftOut = List.copyOf(leftOut);
  }
}
