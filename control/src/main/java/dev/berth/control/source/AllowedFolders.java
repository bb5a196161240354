package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Which folders of this machine {@code file://} may open. What lies outside is answered like what
 * is not there, so that nobody can feel around the disk.
 */
record AllowedFolders(List<Path> roots) {
  AllowedFolders {
    roots = List.copyOf(roots);
  }

  /** A repository in an allowed folder: its own real path, and where its git files lie. */
  record Repository(Path folder, Path gitFolder) {}

  Repository find(Path asked) {
    if (roots.isEmpty()) {
      throw new Problem.Refused(
          "This installation opens no folders of its machine.",
          "Let the operator name the folders that file:// may open, as git.folders in berth.yaml.");
    }
    try {
      var folder = asked.toRealPath();
      if (!isAllowed(folder) || !Files.isDirectory(folder)) throw notThere(asked);
      var inner = folder.resolve(".git");
      if (Files.isRegularFile(inner, LinkOption.NOFOLLOW_LINKS)) {
        throw new Problem.Invalid(
            "%s is a linked worktree or a submodule.".formatted(Quoted.text(asked.toString())),
            "Open the repository that it belongs to.");
      }
      var gitFolder = Files.isDirectory(inner) ? inner.toRealPath() : folder;
      for (var part : List.of("HEAD", "objects", "refs")) {
        if (!isAllowed(gitFolder.resolve(part).toRealPath())) throw notThere(asked);
      }
      checkBorrowed(gitFolder, asked);
      return new Repository(folder, gitFolder);
    } catch (IOException e) {
      throw notThere(asked);
    }
  }

  /** A repository may borrow another one's objects; those must be allowed too. */
  private void checkBorrowed(Path gitFolder, Path asked) throws IOException {
    var alternates = gitFolder.resolve("objects/info/alternates");
    if (!Files.exists(alternates)) return;
    if (Files.size(alternates) > 65_536) throw notThere(asked); // some hundred paths
    for (var line : Files.readAllLines(alternates)) {
      if (line.isBlank() || line.startsWith("#")) continue;
      if (!isAllowed(gitFolder.resolve("objects").resolve(line).toRealPath()))
        throw notThere(asked);
    }
  }

  private boolean isAllowed(Path real) throws IOException {
    for (var root : roots) {
      if (Files.exists(root) && real.startsWith(root.toRealPath())) return true;
    }
    return false;
  }

  private Problem.Missing notThere(Path asked) {
    return new Problem.Missing(
        "No repository that may be opened lies at %s.".formatted(Quoted.text(asked.toString())),
        "Folders below these may be opened: %s. A branch is named behind the folder, by ?at=BRANCH."
            .formatted(String.join(", ", roots.stream().map(Path::toString).toList())));
  }
}
