package dev.berth.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * What is not the same at two saved moments. A file that only has another time is the same.
 *
 * @param since the earlier moment; empty where there was none: then all is new
 * @param point the later one
 * @param changed how many files
 * @param changes the first of them, in the order of their paths
 * @param more how many are not among them
 * @param all whether everything was looked at; else there may be more of all
 */
public record PointChanges(
    Optional<String> since,
    String point,
    PointView.Changed changed,
    List<Change> changes,
    long more,
    boolean all) {
  public PointChanges {
    changes = List.copyOf(changes);
  }

  /** What happened. */
  public enum What {
    @JsonProperty("added")
    ADDED,
    @JsonProperty("changed")
    CHANGED,
    @JsonProperty("removed")
    REMOVED
  }

  /**
   * One path.
   *
   * @param path absolute, as seen inside
   * @param files how many it stands for: a folder that is new or gone, for all that is in it
   * @param bytesBefore 0 where it is new
   * @param bytes 0 where it is gone
   */
  public record Change(
      What what, String path, SavedFolder.Kind kind, long files, long bytesBefore, long bytes) {}
}
