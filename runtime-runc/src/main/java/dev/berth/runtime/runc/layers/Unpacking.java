package dev.berth.runtime.runc.layers;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.registry.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns one layer's archive into a folder in overlayfs's words. */
final class Unpacking {
  private static final Logger LOG = LoggerFactory.getLogger(Unpacking.class);

  private static final Name WHITEOUT = Name.of(".wh.");

  /** What aufs kept for itself. */
  private static final Name RESERVED = Name.of(".wh..wh.");

  private static final Name OPAQUE = Name.of(".wh..wh..opq");

  private final Bounds bounds;
  private final Tree tree;
  private long skipped;

  private Unpacking(Bounds bounds, Tree tree) {
    this.bounds = bounds;
    this.tree = tree;
  }

  /**
   * Fills the empty folder {@code root} with what {@code compressed} holds . {@code compressed} is
   * read to its end.
   *
   * @param trash an empty folder of the same file system, for what the archive writes twice
   * @throws Damaged where it is not what {@code diffId} names, or dangerous
   */
  static void unpack(InputStream compressed, Path root, Path trash, Digest diffId, Bounds bounds)
      throws IOException {
    var hasher = diffId.hasher();
    try (var posix = new Posix();
        var archive = Compression.unpacked(compressed);
        var metered = new Metered(archive, hasher, bounds, Files.getFileStore(root));
        var tree = Tree.open(posix, root, trash)) {
      var unpacking = new Unpacking(bounds, tree);
      unpacking.all(metered);
      metered.readToEnd();
      compressed.transferTo(OutputStream.nullOutputStream());
      if (!diffId.matches(hasher)) {
        throw new Damaged("holds other files than the image's configuration says");
      }
      tree.finish();
      if (unpacking.skipped > 0) {
        LOG.info("left out {} devices and pipes of layer {}", unpacking.skipped, diffId);
      }
    }
  }

  private void all(InputStream in) throws IOException {
    var archive = new Archive(in, bounds.mostFiles());
    while (true) {
      var entry = archive.next();
      if (entry.isEmpty()) return;
      one(entry.get(), archive);
    }
  }

  private void one(TarEntry entry, Archive archive) throws IOException {
    if (!entry.path().isEmpty() && entry.path().getLast().beginsWith(WHITEOUT)) {
      removed(entry.path());
      return;
    }
    for (var name : entry.path()) {
      if (name.beginsWith(RESERVED)) return; // aufs's own folders
    }
    switch (entry.kind()) {
      case TarEntry.Kind.Folder _ -> tree.folder(entry);
      case TarEntry.Kind.File file -> {
        if (file.sizeBytes() > bounds.mostBytes()) {
          throw new Damaged("unpacks to more than %,d bytes".formatted(bounds.mostBytes()));
        }
        tree.file(entry, file, archive);
      }
      case TarEntry.Kind.Symlink(var target) -> tree.symlink(entry, target);
      case TarEntry.Kind.HardLink(var target) -> tree.link(entry, target);
      case TarEntry.Kind.Other _ -> skipped++;
    }
  }

  private void removed(List<Name> path) throws IOException {
    var name = path.getLast();
    var folder = path.subList(0, path.size() - 1);
    if (name.equals(OPAQUE)) {
      if (folder.isEmpty()) throw new Damaged("says that no layer is below it");
      tree.opaque(folder);
      return;
    }
    if (name.beginsWith(RESERVED)) return;
    var gone = name.from(WHITEOUT.bytes().length);
    var parts = Archive.path(gone.bytes());
    if (parts.size() != 1) throw new Damaged("removes a file without a name");
    var target = new ArrayList<>(folder);
    target.add(gone);
    tree.whiteout(target, gone);
  }
}
