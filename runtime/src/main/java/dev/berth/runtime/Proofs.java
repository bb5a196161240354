package dev.berth.runtime;

import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Proves that what was saved can be had again. Calls may take long, change nothing that was saved
 * but for what is damaged in one place and whole in another, and end soon when their thread is
 * interrupted.
 */
public interface Proofs {
  /**
   * Something that is damaged.
   *
   * @param where an object of the store, or a file of a point
   */
  record Damage(String where, String what) {}

  /**
   * What a look at all that an owner's saves have written found.
   *
   * @param packs objects of file contents that were read, every byte
   * @param points that were gone through, file by file
   * @param more damages that are not listed
   * @param healed what was damaged in one place and had from the other; the first few
   */
  record Health(int packs, int points, List<Damage> damages, int more, List<Damage> healed) {
    public Health {
      damages = List.copyOf(damages);
      healed = List.copyOf(healed);
    }
  }

  /**
   * What came of restoring a point for a try.
   *
   * @param at when the point's save began
   * @param recoveryPoint how much of the newest work would be lost if the machine were lost now
   * @param recoveryTime how long it took until all files were there
   * @param files that were read again and compared, of so many {@code bytes}
   * @param differences for people; the first few, {@code more} beyond them
   */
  record Drill(
      String point,
      Instant at,
      Duration recoveryPoint,
      Duration recoveryTime,
      long files,
      long bytes,
      List<String> differences,
      long more) {
    public Drill {
      differences = List.copyOf(differences);
    }
  }

  /**
   * Reads all that an owner's saves have written.
   *
   * @param bucket whether also the copies in the object store of what this machine has
   */
  Health check(UserId owner, boolean bucket) throws InterruptedException;

  /** Restores the newest point into a folder of its own, compares, and removes it. */
  Drill drill(WorkspaceId workspace, UserId owner) throws InterruptedException;
}
