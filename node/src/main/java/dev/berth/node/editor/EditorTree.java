package dev.berth.node.editor;

import dev.berth.base.Problem;
import dev.berth.base.file.FolderTree;
import dev.berth.base.json.Json;
import dev.berth.base.text.Reason;
import dev.berth.protocol.api.EditorView;
import dev.berth.protocol.editor.Editor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A tree's folder. Instances have it mounted from its first moment on, so it stays the same folder
 * while its content comes and goes. It counts as whole where {@link Editor#FILE} is in it, which
 * comes last and goes first.
 */
record EditorTree(Path folder) {
  /** What is to be said of a tree that is not whole; an {@link EditorView}. */
  private static final String STATE = Editor.STATE_FILE;

  /** Makes the folder where it is not there. */
  void make() {
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** What it says of itself, where it is whole. */
  Optional<Editor> editor() {
    try {
      return Optional.of(Json.read(Files.readAllBytes(folder.resolve(Editor.FILE)), Editor.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** What is damaged, told by sizes; empty where nothing is. Reads no file's content. */
  Optional<String> damage() {
    return manifest().flatMap(list -> list.damage(folder, false));
  }

  /** The same by every byte; half a second per 300 MB where they are in memory. */
  Optional<String> damageOfContent() {
    return manifest().flatMap(list -> list.damage(folder, true));
  }

  /** A tree that others made has none, and is taken as it is. */
  private Optional<Manifest> manifest() {
    try {
      return Optional.of(Manifest.read(folder.resolve(Manifest.FILE)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Takes what is in {@code draft}, which must lie on the same disk, in place of what it has. */
  void fill(Path draft, Editor editor) {
    try {
      Manifest.of(draft).write(draft.resolve(Manifest.FILE));
      sync(draft);
      clear();
      for (var entry : entries(draft)) {
        Files.move(entry, folder.resolve(entry.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      }
      var file = draft.resolve(Editor.FILE);
      Files.write(file, Json.bytes(editor));
      sync(draft);
      Files.deleteIfExists(folder.resolve(STATE)); // whoever finds it whole finds no word of before
      Files.move(file, folder.resolve(Editor.FILE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** After a power cut a file that came last must not be there without those before it. */
  private static void sync(Path path) throws IOException {
    try {
      new ProcessBuilder("sync", "--file-system", path.toString())
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while files were written to the disk", e);
    }
  }

  /** Leaves it empty, and not whole from the first moment on. */
  void clear() throws IOException {
    Files.deleteIfExists(folder.resolve(Editor.FILE));
    for (var entry : entries(folder)) {
      if (!entry.endsWith(STATE)) new FolderTree(entry).remove();
    }
  }

  /** It is whole no longer; those who run keep what they have. */
  void giveUp() {
    try {
      Files.deleteIfExists(folder.resolve(Editor.FILE));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Says why it is not whole, to those who have it mounted. */
  void say(EditorView state) {
    try {
      var file = Files.createTempFile(folder, "state", ".new");
      Files.write(file, Json.bytes(state));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(file, folder.resolve(STATE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (var listed = Files.list(folder)) {
      return listed.sorted(Comparator.naturalOrder()).toList();
    }
  }

  /** The folder that it lies in, with other trees. */
  Path cache() {
    return Optional.ofNullable(folder.getParent()).orElse(folder);
  }

  Problem unusable(IOException e) {
    return new Problem.Unavailable(
        "The editor's folder %s cannot be used: %s.".formatted(folder, Reason.of(e)),
        "Check its disk and its rights, or name another by editor.cache.",
        e);
  }
}
