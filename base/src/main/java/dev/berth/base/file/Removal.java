package dev.berth.base.file;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.posix.PosixException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Removes a tree that somebody else may be changing: by steps of one name from folders that are
 * open, so that a link in a folder's place leads nowhere.
 */
final class Removal {
  /**
   * A folder on the way.
   *
   * @param left what of it is still there
   */
  private record Level(int folder, Name name, Deque<Name> left) {}

  private final Posix posix;
  private final Deque<Level> open = new ArrayDeque<>();

  Removal(Posix posix) {
    this.posix = posix;
  }

  /** Removes what is called so in the open folder {@code at}; nothing where nothing is. */
  void remove(int at, Name name) throws IOException {
    try {
      if (!isGone(at, name)) enter(at, name);
      while (!open.isEmpty()) {
        var level = open.getLast();
        var next = level.left.poll();
        if (next == null) {
          leave(at);
        } else if (!isGone(level.folder, next)) {
          enter(level.folder, next);
        }
      }
    } finally {
      for (var level : open) posix.close(level.folder);
    }
  }

  /** Whether nothing is called so any more; removes what is no folder. */
  private boolean isGone(int at, Name name) throws IOException {
    try {
      posix.unlink(at, name);
      return true;
    } catch (PosixException e) {
      if (e.errno() == PosixException.EISDIR) return false;
      if (e.errno() == PosixException.ENOENT) return true;
      throw e;
    }
  }

  private void enter(int at, Name name) throws IOException {
    int folder;
    try {
      folder = posix.openFolder(at, name);
    } catch (PosixException e) {
      switch (e.errno()) {
        case PosixException.ENOENT -> {}
        // Something else took its place meanwhile.
        case PosixException.ENOTDIR, PosixException.ELOOP -> isGone(at, name);
        default -> throw e;
      }
      return;
    }
    var left = new ArrayDeque<Name>();
    open.addLast(new Level(folder, name, left));
    posix.names(folder, left::add);
  }

  private void leave(int at) throws IOException {
    var level = open.removeLast();
    posix.close(level.folder);
    int above = open.isEmpty() ? at : open.getLast().folder;
    try {
      posix.removeFolder(above, level.name);
    } catch (PosixException e) {
      switch (e.errno()) {
        case PosixException.ENOENT -> {}
        case PosixException.ENOTDIR -> isGone(above, level.name);
        default -> throw e;
      }
    }
  }
}
