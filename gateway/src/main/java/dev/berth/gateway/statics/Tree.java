package dev.berth.gateway.statics;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.protocol.editor.Editor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An editor's tree on this machine.
 *
 * @param root without symbolic links
 */
public record Tree(Path root, List<Editor.Statics> statics) {
  private static final Logger LOG = LoggerFactory.getLogger(Tree.class);

  /** An editor's description has some dozen lines. */
  private static final long LONGEST_DESCRIPTION = 1 << 20;

  public Tree {
    statics = List.copyOf(statics);
  }

  /** The tree in {@code folder}; empty where none is, or one whose description cannot be read. */
  static Optional<Tree> in(Path folder) {
    var file = folder.resolve(Editor.FILE);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_DESCRIPTION) {
        return Optional.empty();
      }
      var editor = Json.read(Files.readAllBytes(file), Editor.class);
      return Optional.of(new Tree(folder.toRealPath(), editor.statics()));
    } catch (IOException | Problem.Invalid e) {
      LOG.warn("{} cannot be read; its editor's files come from instances: {}", file, e.toString());
      return Optional.empty();
    }
  }

  /** The name of its folder, which holds the editor's version. */
  String name() {
    return String.valueOf(root.getFileName());
  }

  /** The file {@code name} below {@code folder}; empty where there is none, or it leads out. */
  Optional<Path> file(String folder, String name) {
    try {
      var inside = root.resolve(folder).toRealPath();
      var file = inside.resolve(name).toRealPath();
      boolean good =
          inside.startsWith(root) && file.startsWith(inside) && Files.isRegularFile(file);
      return good ? Optional.of(file) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // no such file, or a name that no file can have
    }
  }
}
