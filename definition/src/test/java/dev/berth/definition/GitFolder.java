package dev.berth.definition;

import dev.berth.definition.resolve.RepositoryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files below a folder of a commit in a clone on this machine, by the {@code git} command.
 *
 * @param home where the clone lies
 * @param folder "." for the root
 * @param blobs all plain files of the commit, with the names of their bytes
 */
record GitFolder(Path home, String folder, SortedMap<String, String> blobs)
    implements RepositoryFiles {

  /** The root of {@code commit}. */
  static GitFolder at(Path home, String commit) throws IOException, InterruptedException {
    var blobs = new TreeMap<String, String>();
    var listed = git(home, "ls-tree", "-r", "-z", commit);
    for (var entry : new String(listed, StandardCharsets.UTF_8).split("\0", -1)) {
      // "100644 blob <name>\t<path>"; links are not there, as RepositoryFiles says
      if (!entry.startsWith("100")) continue;
      int tab = entry.indexOf('\t');
      blobs.put(entry.substring(tab + 1), entry.substring(tab - 40, tab));
    }
    return new GitFolder(home, ".", blobs);
  }

  GitFolder in(String other) {
    return new GitFolder(home, other, blobs);
  }

  /** What says in this commit what a workspace of a folder should be, by the folders. */
  Set<String> foldersWithDefinition() {
    var folders = new TreeSet<String>();
    folders.add(".");
    for (var path : blobs.keySet()) {
      var parts = Arrays.asList(path.split("/"));
      int depth = parts.size() - 1;
      var name = parts.getLast();
      if (name.equals("devcontainer.json") && depth > 0) {
        depth = parts.lastIndexOf(".devcontainer");
      } else if (!name.equals(".gitpod.yml") && !name.equals(".devcontainer.json")) {
        continue;
      }
      if (depth >= 0) folders.add(depth == 0 ? "." : String.join("/", parts.subList(0, depth)));
    }
    return folders;
  }

  Optional<String> blob(String path) {
    return Optional.ofNullable(blobs.get(below(path)));
  }

  @Override
  public Set<String> list(String path) {
    var prefix = below(path).equals(".") ? "" : below(path) + "/";
    var names = new TreeSet<String>();
    for (Map.Entry<String, String> entry : blobs.tailMap(prefix).entrySet()) {
      if (!entry.getKey().startsWith(prefix)) break;
      var rest = entry.getKey().substring(prefix.length());
      int slash = rest.indexOf('/');
      names.add(slash < 0 ? rest : rest.substring(0, slash + 1));
    }
    return names;
  }

  @Override
  public Optional<byte[]> read(String path, int most) throws InterruptedException {
    var blob = blob(path);
    if (blob.isEmpty()) return Optional.empty();
    try {
      var bytes = git(home, "cat-file", "blob", blob.get());
      return Optional.of(bytes.length > most ? Arrays.copyOf(bytes, most + 1) : bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String below(String path) {
    if (folder.equals(".")) return path;
    return path.equals(".") ? folder : folder + "/" + path;
  }

  static byte[] git(Path home, String... words) throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of("git", "-C", home.toString()));
    line.addAll(List.of(words));
    var process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var out = process.getInputStream().readAllBytes();
    if (process.waitFor() != 0) throw new IOException(String.join(" ", line) + " failed");
    return out;
  }
}
