package dev.berth.runtime.runc;

import dev.berth.base.file.WholeFile;
import dev.berth.protocol.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/**
 * Where the frozen layers lie: each a folder {@code <name>}, which is whole; {@code <name>.new}
 * while it is made, and {@code ….gone} while it is deleted.
 *
 * @param path beside the workspaces' folder
 */
record LayerFolders(Path path) {
  /** Below the root of all. */
  static final String NAME = "layers";

  private static final String DRAFT = ".new";
  private static final String GONE = ".gone";
  private static final String OWNER = "owner";

  Path of(LayerName name) {
    return path.resolve(name.toString());
  }

  boolean has(LayerName name) {
    return Files.exists(of(name));
  }

  /** Where it is made. */
  Path draft(LayerName name) {
    return path.resolve(name + DRAFT);
  }

  static boolean isDraft(Path layer) {
    return layer.toString().endsWith(DRAFT);
  }

  static boolean isGone(Path layer) {
    return layer.toString().endsWith(GONE);
  }

  /** Gives a draft its name, which is on the disk on return; all that is in it is before. */
  void complete(LayerName name) throws IOException {
    Files.move(draft(name), of(name), StandardCopyOption.ATOMIC_MOVE);
    WholeFile.sync(path);
  }

  /** Takes a layer's or draft's name away, so that it is deleted by and by. */
  void discard(Path layer) throws IOException {
    var gone = path.resolve(layer.getFileName() + "." + UUID.randomUUID() + GONE);
    Files.move(layer, gone, StandardCopyOption.ATOMIC_MOVE);
    WholeFile.sync(path);
  }

  List<Path> all() throws IOException {
    return list(path);
  }

  static List<Path> list(Path folder) throws IOException {
    try (var listed = Files.list(folder)) {
      return listed.toList();
    }
  }

  static void own(Path layer, UserId owner) throws IOException {
    WholeFile.write(layer.resolve(OWNER), List.of(owner.toString()));
  }

  boolean isOf(LayerName name, UserId owner) throws IOException {
    return Files.readString(of(name).resolve(OWNER)).strip().equals(owner.toString());
  }
}
