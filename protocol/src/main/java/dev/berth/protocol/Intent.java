package dev.berth.protocol;

import java.time.Instant;

/** What its owner wants of a workspace. What was last seen of it is {@link Phase}. */
public sealed interface Intent {
  /** It shall run. */
  record Run() implements Intent {}

  /**
   * It shall not run; its files stay.
   *
   * @param why for its owner to read: who or what stopped it
   */
  record Stop(String why) implements Intent {}

  /**
   * It shall not run, is in no list any more, and is deleted when its time is over; until then its
   * owner can have it back.
   *
   * @param why for its owner to read: who or what deleted it
   */
  record Discard(Instant since, String why) implements Intent {}

  /** It shall be gone with all its files. */
  record Delete() implements Intent {}
}
