package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.file.WholeFile;
import dev.berth.protocol.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Makes of a workspace's files a layer by renaming them, so that it lies on them too. It is
 * announced in the workspace's folder and ended by whoever finds it, in the workspace's turn.
 *
 * @param layers where it goes
 */
record Freezing(LayerFolders layers) {
  /** In a workspace's folder while it goes on: the layer's name and owner. */
  private static final String MARK = "freezing";

  record Mark(LayerName layer, UserId owner) {}

  static Optional<Mark> mark(Path workspace) throws IOException {
    var file = workspace.resolve(MARK);
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException _) {
      return Optional.empty(); // perhaps ended while we looked
    }
    var layer = lines.size() == 2 ? LayerName.parse(lines.getFirst()) : Optional.<LayerName>empty();
    if (layer.isEmpty()) {
      throw new Problem.Unavailable(
          "The files of %s were being made a layer, and %s, which says of which name, is cut short."
              .formatted(workspace.getFileName(), file),
          "Ask who runs this machine: its files are in it or in the folder layers, in one whose"
              + " name begins as its own and ends with .new.");
    }
    return Optional.of(new Mark(layer.get(), new UserId(lines.getLast())));
  }

  /** Ends one that was broken off. */
  void settle(WorkspaceFolder folder) throws IOException, InterruptedException {
    var mark = mark(folder.path());
    if (mark.isPresent()) finish(folder, mark.get().layer(), mark.get().owner());
  }

  LayerName freeze(WorkspaceFolder from, LayerName name, UserId owner)
      throws IOException, InterruptedException {
    WorkspaceFolder.delete(layers.draft(name));
    WholeFile.write(from.path().resolve(MARK), List.of(name.toString(), owner.toString()));
    finish(from, name, owner);
    return name;
  }

  /**
   * Each step may be found done, and is on the disk before what rests on it. Until the end a
   * workspace has no {@code files}, so nobody saves what is not all of it.
   */
  private void finish(WorkspaceFolder from, LayerName name, UserId owner)
      throws IOException, InterruptedException {
    if (!layers.has(name)) {
      var draft = Files.createDirectories(layers.draft(name));
      WholeFile.sync(layers.path());
      for (var part : List.of(from.files(), from.upper())) {
        var moved = draft.resolve(part.getFileName());
        if (!Files.exists(moved)) Files.move(part, moved, StandardCopyOption.ATOMIC_MOVE);
      }
      LayerFolders.own(draft, owner);
      Ground.of(from.path()).write(draft);
      layers.complete(name);
    }
    Ground.of(layers.of(name)).under(name).write(from.path());
    WorkspaceFolder.delete(from.work());
    WorkspaceFolder.delete(from.filesWork());
    from.make();
    Files.deleteIfExists(from.path().resolve(MARK));
  }
}
