package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.protocol.WorkspaceId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives each workspace a small number of its own, of which its ids and its address are made: a file
 * named by the number with the workspace in it. Any thread may call.
 */
final class Numbers {
  private final Path folder;
  private final Map<WorkspaceId, Integer> taken = new HashMap<>();

  private Numbers(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads what was given; numbers of workspaces that are no more in {@code workspaces} are free.
   */
  static Numbers open(Path folder, Path workspaces) throws IOException {
    Files.createDirectories(folder);
    var numbers = new Numbers(folder);
    List<Path> files;
    try (var listed = Files.list(folder)) {
      files = listed.toList();
    }
    for (var file : files) {
      var name = file.getFileName().toString();
      var workspace = WorkspaceId.parse(Files.readString(file).strip());
      if (name.matches("\\d{1,6}")
          && workspace.isPresent()
          && Files.isDirectory(workspaces.resolve(workspace.get().value()))) {
        numbers.taken.put(workspace.get(), Integer.parseInt(name));
      } else {
        Files.delete(file);
      }
    }
    return numbers;
  }

  /** The workspace's number; the lowest free one where it has none. */
  synchronized int of(WorkspaceId workspace, int capacity) throws IOException {
    var number = taken.get(workspace);
    if (number != null) return number;
    var draft = folder.resolve("new-" + workspace);
    Files.writeString(draft, workspace.value());
    try {
      for (int next = 0; next < capacity; next++) {
        if (taken.containsValue(next) || !claim(draft, next)) continue;
        taken.put(workspace, next);
        return next;
      }
    } finally {
      Files.deleteIfExists(draft);
    }
    throw new Problem.Unavailable(
        "All %d addresses for workspaces on this machine are taken.".formatted(capacity),
        "Delete workspaces that nobody needs for good (berth delete --now), or"
            + " set a larger network.subnet.");
  }

  /** A link appears whole or not at all, and to one of us only. */
  private boolean claim(Path draft, int number) throws IOException {
    try {
      Files.createLink(folder.resolve(Integer.toString(number)), draft);
      return true;
    } catch (FileAlreadyExistsException _) {
      return false;
    }
  }

  /** Gives the workspace's number back. */
  synchronized void free(WorkspaceId workspace) throws IOException {
    var number = taken.remove(workspace);
    if (number != null) Files.deleteIfExists(folder.resolve(Integer.toString(number)));
  }
}
