package dev.berth.base.file;

import dev.berth.base.Problem;
import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.text.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The plain files below a folder that somebody else wrote. No link is followed, so nothing outside
 * is read; pipes and devices are no files.
 */
public record FolderTree(Path root) {
  /** Names of one folder; more are not looked at. */
  private static final int MOST_NAMES = 10_000;

  /**
   * What lies in {@code folder}, "." for the root: files by their names, folders with a slash
   * behind, links by their names though they cannot be read. Empty where there is no such folder.
   */
  public Set<String> list(String folder) {
    var names = new LinkedHashSet<String>();
    var path = inside(folder);
    if (path.isEmpty()) return names;
    try (var entries = Files.newDirectoryStream(path.get())) {
      for (var entry : entries) {
        if (names.size() == MOST_NAMES) break;
        boolean isFolder = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
        names.add(entry.getFileName() + (isFolder ? "/" : ""));
      }
      return names;
    } catch (NoSuchFileException | NotDirectoryException _) {
      return Set.of();
    } catch (IOException e) {
      throw unreadable(path.get(), e);
    }
  }

  /**
   * The bytes of a plain file, empty where there is none; of one that is larger than {@code most},
   * one more than {@code most}.
   */
  public Optional<byte[]> read(String file, int most) {
    var path = inside(file);
    if (path.isEmpty() || !Files.isRegularFile(path.get(), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (var in = Files.newInputStream(path.get(), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(in.readNBytes(most + 1));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(path.get(), e);
    }
  }

  /**
   * Removes the folder with all in it, links as links, itself a plain file or a link as well.
   * Nothing happens where it is gone, also while this goes on; and nothing outside goes, whatever
   * takes a folder's place meanwhile.
   */
  public void remove() throws IOException {
    var above = root.toAbsolutePath().resolveSibling("");
    try (var posix = new Posix()) {
      int at = posix.openFolder(above.toRealPath());
      try {
        new Removal(posix).remove(at, Name.of(String.valueOf(root.getFileName())));
      } finally {
        posix.close(at);
      }
    } catch (NoSuchFileException _) {
      // Not even the folder that it was in is there.
    }
  }

  /** Where no part of the way is a link or leads up. */
  private Optional<Path> inside(String relative) {
    var path = root;
    for (var part : relative.split("/", -1)) {
      if (part.equals("..") || part.indexOf('\0') >= 0) return Optional.empty();
      if (part.isEmpty() || part.equals(".")) continue;
      if (!path.equals(root) && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      path = path.resolve(part);
    }
    return Optional.of(path).filter(last -> last.equals(root) || !Files.isSymbolicLink(last));
  }

  private static Problem unreadable(Path path, IOException e) {
    return new Problem.Unavailable(
        "%s cannot be read: %s.".formatted(Quoted.printable(path.toString(), 200), e.getMessage()),
        "Check who may read it.",
        e);
  }
}
