package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.definition.resolve.RepositoryFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files of one commit. One thread asks. Folders are here already; a file that is not is fetched
 * by git when it is asked for, within the bound on what a host may make us store.
 */
final class CommitFiles implements RepositoryFiles {
  /** A folder with more names is cut: no definition lies among so many. */
  private static final int MOST_NAMES = 10_000;

  private final Git git;
  private final Path gitFolder;
  private final String commit;
  private final Map<String, Map<String, Entry>> folders = new HashMap<>();

  /** What a folder holds under a name, by git's mode. */
  private record Entry(String mode, String hash) {
    boolean isFile() {
      return mode.startsWith("100");
    }

    boolean isFolder() {
      return mode.equals("040000");
    }
  }

  CommitFiles(Git git, Path gitFolder, String commit) {
    this.git = git;
    this.gitFolder = gitFolder;
    this.commit = commit;
  }

  @Override
  public Set<String> list(String folder) throws InterruptedException {
    var names = new LinkedHashSet<String>();
    entries(folder).forEach((name, entry) -> names.add(entry.isFolder() ? name + "/" : name));
    return names;
  }

  @Override
  public Optional<byte[]> read(String path, int most) throws InterruptedException {
    int slash = path.lastIndexOf('/');
    var entry = entries(slash < 0 ? "." : path.substring(0, slash)).get(path.substring(slash + 1));
    if (entry == null || !entry.isFile()) return Optional.empty();
    // Asking for the size fetches the file where it is not here yet.
    var size = git.in(gitFolder, "cat-file", "-s", entry.hash());
    if (!size.ok()) throw unreadable(path, size.lastError());
    if (Long.parseLong(size.text().strip()) > most) return Optional.of(new byte[most + 1]);
    var content = git.in(gitFolder, "cat-file", "blob", entry.hash());
    if (!content.ok()) throw unreadable(path, content.lastError());
    return Optional.of(content.output());
  }

  private Map<String, Entry> entries(String folder) throws InterruptedException {
    var known = folders.get(folder);
    if (known != null) return known;
    var tree = folder.equals(".") ? commit + "^{tree}" : commit + ":" + folder;
    var listed = git.in(gitFolder, "ls-tree", "-z", "--end-of-options", tree);
    var entries = listed.ok() ? parse(listed.output()) : Map.<String, Entry>of();
    folders.put(folder, entries);
    return entries;
  }

  /** {@code <mode> <type> <hash>\t<name>}, each with a NUL behind. */
  private static Map<String, Entry> parse(byte[] listed) {
    var entries = new LinkedHashMap<String, Entry>();
    for (var line : new String(listed, StandardCharsets.UTF_8).split("\0")) {
      var words = line.split("[ \t]", 4);
      if (words.length == 4 && entries.size() < MOST_NAMES) {
        entries.put(words[3], new Entry(words[0], words[2]));
      }
    }
    return entries;
  }

  private static Problem unreadable(String path, String said) {
    return new Problem.Unavailable(
        "%s could not be read (git: %s).".formatted(path, said), "Open the repository again.");
  }
}
