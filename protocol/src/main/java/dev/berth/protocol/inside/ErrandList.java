package dev.berth.protocol.inside;

import java.util.List;

/** What a supervisor answers when it is asked for its instance's errands. */
public record ErrandList(List<Waiting> errands) {
  public ErrandList {
    errands = List.copyOf(errands);
  }

  /**
   * One that waits for an answer.
   *
   * @param what the JSON of an {@link Errand}
   */
  public record Waiting(String id, String what) {}
}
