package dev.berth.supervisor.content;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a fetch that was cut short left in a repository: files as large as the repository, that git
 * itself keeps for two weeks. One that a process still has open is of a fetch that goes on.
 */
final class HalfPacks {
  /** Each is a fetch that failed; a folder with more of them was filled on purpose. */
  private static final int MOST = 100;

  private HalfPacks() {}

  /** Those in {@code repository} that nobody works on. */
  static List<Path> in(Path repository) throws IOException {
    var found = new ArrayList<Path>();
    try (var all =
        Files.newDirectoryStream(repository.resolve(".git/objects/pack"), "tmp_{pack,idx}_*")) {
      for (var file : all) {
        if (found.size() < MOST) found.add(file);
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (!found.isEmpty()) found.removeAll(open(Set.copyOf(found)));
    return found;
  }

  /** Which of {@code files} some process of this instance has open. */
  private static Set<Path> open(Set<Path> files) throws IOException {
    var open = new HashSet<Path>();
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : processes) {
        try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
          for (var descriptor : descriptors) {
            var file = Files.readSymbolicLink(descriptor);
            if (files.contains(file)) open.add(file);
          }
        } catch (IOException | DirectoryIteratorException _) {
          // It has ended meanwhile.
        }
      }
    }
    return open;
  }
}
