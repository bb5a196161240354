package dev.berth.runtime;

import dev.berth.base.posix.Name;
import dev.berth.protocol.InsidePath;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Shows what lies in points, without a workspace being made of them. Calls read from the store and
 * may take seconds; they change nothing. Each is {@code Problem.Missing} for a moment or path that
 * is not there.
 */
public interface SavedFiles {
  /** A moment of one owner's workspace. */
  record Moment(WorkspaceId workspace, UserId owner, String point) {}

  /** What something is. */
  enum Kind {
    FILE,
    FOLDER,
    LINK,
    /** A named pipe. */
    PIPE,
    /** What the image has, and the workspace deleted. */
    DELETED
  }

  /**
   * One name.
   *
   * @param bytes 0 but for a file
   * @param rights as {@code chmod} takes them
   * @param target of a link
   */
  record Item(
      Name name, Kind kind, long bytes, Instant modified, int rights, Optional<Name> target) {}

  /**
   * A part of a folder, in the order of the names' bytes.
   *
   * @param more whether others follow
   */
  record Page(List<Item> items, boolean more) {
    public Page {
      items = List.copyOf(items);
    }
  }

  /** What happened to a path. */
  enum What {
    ADDED,
    CHANGED,
    REMOVED
  }

  /**
   * One path that is not the same.
   *
   * @param files how many it stands for: a folder that is new or gone, for all that is in it
   * @param bytesBefore 0 where it is new
   */
  record Change(
      What what, InsidePath path, Kind kind, long files, long bytesBefore, long bytesNow) {}

  /** How many files are new, other and gone. */
  record Counts(long added, long changed, long removed) {}

  /**
   * What is not the same at two moments. A file that only has another time is the same.
   *
   * @param changes the first of them, in the order of their paths
   * @param more how many are not among them
   * @param all whether everything was looked at; else there may be more of all
   */
  record Comparison(List<Change> changes, long more, Counts counts, boolean all) {
    public Comparison {
      changes = List.copyOf(changes);
    }
  }

  /** What is at a path. */
  Item item(Moment moment, InsidePath path) throws InterruptedException;

  /**
   * The names in a folder.
   *
   * @param after begins behind this name
   */
  Page page(Moment moment, InsidePath folder, Optional<Name> after) throws InterruptedException;

  /** Writes a file's bytes; {@code out} stays open. */
  void file(Moment moment, InsidePath file, OutputStream out)
      throws IOException, InterruptedException;

  /** Writes a folder as a tar archive, its paths from there on; {@code out} stays open. */
  void tar(Moment moment, InsidePath folder, OutputStream out)
      throws IOException, InterruptedException;

  /**
   * Compares two moments of a workspace.
   *
   * @param before nothing at all where empty: then all is new
   */
  Comparison compare(Optional<String> before, Moment now) throws InterruptedException;
}
