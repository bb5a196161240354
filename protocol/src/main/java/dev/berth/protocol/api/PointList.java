package dev.berth.protocol.api;

import java.util.List;
import java.util.Optional;

/**
 * The moments of a workspace that one can go back to, newest first.
 *
 * @param trouble why the last save failed; empty where none did
 */
public record PointList(List<PointView> points, Optional<String> trouble) {
  public PointList {
    points = List.copyOf(points);
  }
}
