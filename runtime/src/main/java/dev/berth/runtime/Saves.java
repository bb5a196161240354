package dev.berth.runtime;

import dev.berth.protocol.Notice;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Keeps the files of workspaces: saves them while they may change, and hands out what was saved.
 * Calls come from any thread. What one owner's workspaces hold is told to nobody who asks in
 * another's name.
 */
public interface Saves {
  /** None: what a machine that saves nothing has. */
  Saves OFF = new NoSaves();

  /**
   * A moment of a workspace that one can go back to.
   *
   * @param id sorts by time
   * @param at when the save began
   * @param files how many there were
   * @param bytes of all of them together, without holes
   * @param newBytes what no earlier save had
   * @param leftOut what could not be kept, for people; the first few
   * @param kept whether it stays as long as its workspace
   * @param changed against the point before it; empty for the oldest, and where nobody has looked
   */
  record Point(
      String id,
      Instant at,
      long files,
      long bytes,
      long newBytes,
      List<String> leftOut,
      boolean kept,
      Optional<SavedFiles.Counts> changed) {
    public Point {
      leftOut = List.copyOf(leftOut);
    }
  }

  /** Which points must stay though they are old, since somebody is about to begin as them. */
  interface Holds {
    /** The points of that workspace; asked again each time that something could go. */
    Set<String> of(WorkspaceId workspace);
  }

  /**
   * Begins anew, where several processes take turns at a store: forgets what this one was told and
   * saw, and changes nothing in the store once {@code holds} says no. A store that only one process
   * has needs none of it.
   */
  void beginTurn(BooleanSupplier holds);

  /** From now on points may go, but those that {@code holds} names; before, none does. */
  void hold(Holds holds);

  /**
   * Whether the point is there and stays, now that a hold names it. Waits for what is being done
   * with the workspace's old points, which is short.
   */
  boolean isHeld(Seed seed, UserId owner) throws InterruptedException;

  /**
   * The store that saves are carried to from this machine's disk, and how far behind it is.
   *
   * @param name for people
   * @param objects that are not carried yet
   * @param bytes of these
   * @param since when the oldest of them was written
   * @param trouble why nothing was carried when that was tried last
   */
  record Store(
      String name, int objects, long bytes, Optional<Instant> since, Optional<String> trouble) {}

  /**
   * Says that the workspace's files may be others than were saved. They are saved soon, within the
   * bound that the configuration gives, and once only however often this is said until then.
   * Returns at once; outlives a restart.
   */
  void mayHaveChanged(WorkspaceId workspace, UserId owner);

  /** Saves now and waits for it; the newest point, which may be an old one if nothing changed. */
  Point save(WorkspaceId workspace, UserId owner) throws InterruptedException;

  /**
   * Lets a point stay as long as its workspace, which else goes when there are many newer ones; of
   * very many that were to stay, the oldest go too. May be repeated.
   */
  void keep(WorkspaceId workspace, UserId owner, String point) throws InterruptedException;

  /** The points of a workspace, newest first, with what each changed. */
  List<Point> points(WorkspaceId workspace, UserId owner) throws InterruptedException;

  /**
   * The newest point, without reading the others.
   *
   * @param before of those that are older than this point, where one is named
   */
  Optional<String> newest(WorkspaceId workspace, UserId owner, Optional<String> before)
      throws InterruptedException;

  /** Whether the workspace has that point, whatever {@code point} is. */
  boolean has(WorkspaceId workspace, UserId owner, String point) throws InterruptedException;

  /** What is in the points. */
  SavedFiles files();

  /** Whether what was saved can be had again. */
  Proofs proofs();

  /** Deletes all points of a workspace that is gone; may be repeated. */
  void forget(WorkspaceId workspace, UserId owner);

  /** Why the last save of the workspace failed; empty where none did since it was opened. */
  Optional<String> trouble(WorkspaceId workspace);

  /** What else its owner should know of the workspace's saved files, the last failure included. */
  List<Notice> notices(WorkspaceId workspace);

  /** Empty where saves stay on this machine's disk. */
  Optional<Store> distant();
}
