package dev.berth.node.editor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The files of a tree, with their sizes and hashes, as they were when it was made. */
record Manifest(List<Entry> entries) {
  static final String FILE = "manifest";

  /** A line of it: size, SHA-256 and path; of a link the length and hash of where it leads. */
  record Entry(long size, String hash, String path) {
    static Entry parse(String line) {
      var parts = line.split(" ", 3);
      return new Entry(Long.parseLong(parts[0]), parts[1], parts[2]);
    }

    String line() {
      return size + " " + hash + " " + path;
    }
  }

  Manifest {
    entries = List.copyOf(entries);
  }

  /** What is in {@code tree} now. */
  static Manifest of(Path tree) throws IOException {
    var entries = new ArrayList<Entry>();
    try (var walk = Files.walk(tree)) {
      for (var path :
          walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).toList()) {
        entries.add(entry(tree, path));
      }
    }
    return new Manifest(entries);
  }

  private static Entry entry(Path tree, Path path) throws IOException {
    var name = tree.relativize(path).toString();
    if (Files.isSymbolicLink(path)) {
      var target = Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8);
      return new Entry(target.length, hex(sha256().digest(target)), name);
    }
    return new Entry(Files.size(path), hash(path), name);
  }

  static Manifest read(Path file) throws IOException {
    try {
      return new Manifest(Files.readAllLines(file).stream().map(Entry::parse).toList());
    } catch (RuntimeException e) {
      throw new IOException(file + " is damaged", e);
    }
  }

  void write(Path file) throws IOException {
    Files.write(file, entries.stream().map(Entry::line).toList());
  }

  /** The first file that is not what it was; looks into it only where {@code content} is asked. */
  Optional<String> damage(Path tree, boolean content) {
    for (var entry : entries) {
      var path = tree.resolve(entry.path());
      try {
        boolean same =
            content
                ? entry(tree, path).equals(entry)
                : Files.isSymbolicLink(path) || Files.size(path) == entry.size();
        if (!same) return Optional.of(entry.path() + " is not what it was");
      } catch (IOException e) {
        return Optional.of(entry.path() + " is missing");
      }
    }
    return Optional.empty();
  }

  private static String hash(Path file) throws IOException {
    var hash = sha256();
    var piece = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) hash.update(piece, 0, n);
    }
    return hex(hash.digest());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
