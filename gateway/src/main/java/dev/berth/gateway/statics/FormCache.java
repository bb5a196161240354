package dev.berth.gateway.statics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Compressed forms of files on disk, in a folder that several gateways may share: {@code
 * <tree>/<hash of the file's name>.<state>.<encoding>}, where the state is the plain file's, so
 * that a form of another state is never found. Written beside and renamed, so that there is never
 * half of one.
 */
final class FormCache {
  private static final String DRAFT = ".draft";

  /** Another gateway may be writing a younger one: it takes a moment, on any machine. */
  private static final Duration LONGEST_DRAFT = Duration.ofHours(1);

  private final Path folder;

  private FormCache(Path folder) {
    this.folder = folder;
  }

  /** The cache in {@code folder}, which is made. */
  static FormCache open(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new FormCache(folder);
  }

  /** The form that was kept, mapped. */
  Optional<ByteBuffer> find(String tree, String form) throws IOException {
    try {
      return Optional.of(map(folder.resolve(tree).resolve(form)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Keeps {@code bytes}, and gives them back mapped. */
  ByteBuffer keep(String tree, String form, byte[] bytes) throws IOException {
    var of = Files.createDirectories(folder.resolve(tree));
    var draft = Files.createTempFile(of, form, DRAFT);
    try {
      Files.write(draft, bytes);
      var file = of.resolve(form);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      return map(file);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Forgets all forms but those of {@code trees}. */
  void keepOnly(Set<String> trees) throws IOException {
    for (var tree : children(folder)) {
      if (!trees.contains(String.valueOf(tree.getFileName()))) delete(tree);
      else deleteDrafts(tree);
    }
  }

  private static void deleteDrafts(Path tree) throws IOException {
    var before = Instant.now().minus(LONGEST_DRAFT);
    for (var file : children(tree)) {
      boolean old =
          file.toString().endsWith(DRAFT)
              && Files.getLastModifiedTime(file).toInstant().isBefore(before);
      if (old) Files.deleteIfExists(file);
    }
  }

  private static void delete(Path tree) throws IOException {
    try (var all = Files.walk(tree)) {
      for (var file : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (var all = Files.list(folder)) {
      return all.toList();
    }
  }

  /** The whole file; what it holds comes into memory here and not where it is sent. */
  static ByteBuffer map(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()).load();
    }
  }
}
