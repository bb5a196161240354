package dev.berth.node.save;

import dev.berth.protocol.UserId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The mark in a workspace's folder that its files may be others than were saved; names its owner.
 * What finds it after a restart saves them.
 */
record Unsaved(Path folder) {
  private static final String NAME = "unsaved";

  void mark(UserId owner) throws IOException {
    var next = folder.resolve(NAME + ".new");
    Files.writeString(next, owner.toString());
    Files.move(next, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  void unmark() throws IOException {
    Files.deleteIfExists(folder.resolve(NAME));
  }

  boolean isMarked() {
    return Files.exists(folder.resolve(NAME));
  }

  /** Whose it is, where it is marked. */
  Optional<UserId> owner() throws IOException {
    try {
      var text = Files.readString(folder.resolve(NAME), StandardCharsets.UTF_8);
      return Optional.of(new UserId(text.strip()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }
}
