package dev.berth.runtime;

import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
   */
  record Point(String id, Instant at, long files, long bytes, long newBytes, List<String> leftOut) {
    public Point {
      leftOut = List.copyOf(leftOut);
    }
  }

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

  /** The points of a workspace, newest first. */
  List<Point> points(WorkspaceId workspace, UserId owner) throws InterruptedException;

  /** Writes a point as a tar archive; {@code out} stays open. */
  void export(WorkspaceId workspace, UserId owner, String point, OutputStream out)
      throws IOException, InterruptedException;

  /** Deletes all points of a workspace that is gone; may be repeated. */
  void forget(WorkspaceId workspace, UserId owner);

  /** Why the last save of the workspace failed; empty where none did since it was opened. */
  Optional<String> trouble(WorkspaceId workspace);
}
