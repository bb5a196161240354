package dev.berth.protocol.api;

import java.time.Instant;
import java.util.List;

/** What is known of the last look at all that was saved. */
public sealed interface CheckView {
  /** It goes on. */
  record Running(Instant began) implements CheckView {}

  /**
   * It came to its end.
   *
   * @param packs objects of file contents that were read, every byte
   * @param points saved moments that were gone through, file by file
   * @param damages for people; none where all is well
   * @param more damages that are not among them
   * @param healed what was damaged in one place and is whole again, from another; the first few
   */
  record Done(
      Instant began,
      Instant ended,
      int packs,
      int points,
      List<Damage> damages,
      int more,
      List<Damage> healed)
      implements CheckView {
    public Done {
      damages = List.copyOf(damages);
      healed = healed == null ? List.of() : List.copyOf(healed); // of an earlier version
    }
  }

  /** It could not be done. */
  record Failed(Instant began, Instant ended, String what, String remedy) implements CheckView {}

  /**
   * Something that is damaged.
   *
   * @param where an object of the store, or a file of a saved moment
   */
  record Damage(String where, String what) {}
}
