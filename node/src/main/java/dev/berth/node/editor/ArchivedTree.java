package dev.berth.node.editor;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.process.Command;
import dev.berth.base.text.Reason;
import dev.berth.protocol.editor.Editor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** A tree from an archive that the operator has. */
record ArchivedTree(Path file) implements EditorSupply {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** Another archive makes another tree; a file is told by where it is, its size and its time. */
  static String name(Path file) {
    try {
      var words =
          "%s %d %s %s"
              .formatted(
                  file.toRealPath(),
                  Files.size(file),
                  Files.getLastModifiedTime(file),
                  Recipe.treeName());
      return "archive-" + Recipe.hash(List.of(words.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new Problem.Invalid(
          "The editor's archive %s cannot be read: %s.".formatted(file, Reason.of(e)),
          "Name a .tar.gz by editor.archive, or leave it out.",
          e);
    }
  }

  @Override
  public Editor make(Path draft, Path tree, Steps steps) throws IOException, InterruptedException {
    steps.at(10, "unpacking " + file.getFileName());
    // GNU tar keeps what it makes below its folder: it refuses "..", and lays links last.
    Command.of("tar", "-xzf", file.toString(), "-C", tree.toString(), "--no-same-owner")
        .within(LONGEST)
        .orProblem("Name a whole .tar.gz by editor.archive.");
    liftSingleFolder(tree);
    Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxr-xr-x"));
    Command.of("chmod", "-R", "a+rX,go-w", tree.toString()).orProblem("Check the disk.");
    var own = tree.resolve(Editor.FILE);
    if (Files.exists(own)) {
      var editor = Json.read(Files.readAllBytes(own), Editor.class);
      Files.delete(own); // it comes last
      return editor;
    }
    steps.at(80, "looking into it");
    return VsCode.complete(tree, "", "node");
  }

  /** Releases have all in one folder of their name. */
  private static void liftSingleFolder(Path tree) throws IOException {
    Path only;
    try (var listed = Files.list(tree)) {
      var all = listed.toList();
      if (all.size() != 1 || !Files.isDirectory(all.getFirst())) return;
      only = all.getFirst();
    }
    try (var listed = Files.list(only)) {
      for (var entry : listed.toList()) {
        if (!entry.getFileName().equals(only.getFileName())) {
          Files.move(entry, tree.resolve(entry.getFileName()));
        }
      }
    }
    Files.delete(only);
  }
}
