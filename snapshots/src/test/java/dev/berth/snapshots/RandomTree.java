package dev.berth.snapshots;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.posix.Posix.Attribute;
import dev.berth.base.posix.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes folder trees of all that Linux has, the same for the same seed; needs root. */
final class RandomTree implements AutoCloseable {
  private final Random random;
  private final Posix posix = new Posix();
  private final List<Name> files = new ArrayList<>();
  private int made;

  private RandomTree(long seed) {
    random = new Random(seed);
  }

  static void make(Path root, long seed, int entries) throws IOException {
    Files.createDirectories(root);
    try (var tree = new RandomTree(seed)) {
      int fd = tree.posix.openFolder(root);
      tree.fill(fd, entries, 0);
      tree.posix.close(fd);
    }
  }

  /** Changes, adds and removes a few things in the root of a tree. */
  static void change(Path root, long seed) throws IOException {
    try (var tree = new RandomTree(seed)) {
      tree.made = 1_000_000 + (int) (seed % 1_000_000) * 1000; // no name of another seed's
      int fd = tree.posix.openFolder(root);
      var names = new ArrayList<Name>();
      tree.posix.names(fd, names::add);
      for (var name : names) {
        boolean file = !tree.posix.status(fd, name).isFolder();
        if (file && tree.random.nextInt(4) == 0) tree.posix.unlink(fd, name);
      }
      tree.fill(fd, 5 + tree.random.nextInt(10), 1);
      tree.posix.close(fd);
    }
  }

  private int fill(int fd, int entries, int depth) throws IOException {
    files.clear();
    while (entries > 0) {
      entries--;
      var name = name();
      switch (random.nextInt(12)) {
        case 0, 1 -> {
          if (depth < 6) entries -= folder(fd, name, Math.min(entries, random.nextInt(30)), depth);
        }
        case 2 -> {
          posix.makeLink(Name.of(random.nextBoolean() ? "../../etc/passwd" : "gone \n"), fd, name);
          posix.own(fd, name, random.nextInt(70_000), random.nextInt(70_000));
          posix.modified(fd, name, time());
        }
        case 3 -> {
          if (!files.isEmpty()) {
            posix.hardLink(fd, files.get(random.nextInt(files.size())), fd, name);
          }
        }
        case 4 -> {
          posix.makeFifo(fd, name);
          posix.modeOfSpecial(fd, name, 0640);
          posix.modified(fd, name, time());
        }
        case 5 -> {
          posix.makeWhiteout(fd, name);
          posix.modified(fd, name, time());
        }
        default -> file(fd, name);
      }
    }
    return 0;
  }

  private int folder(int at, Name name, int entries, int depth) throws IOException {
    posix.makeFolder(at, name);
    int fd = posix.openFolder(at, name);
    var kept = List.copyOf(files);
    fill(fd, entries, depth + 1);
    files.clear();
    files.addAll(kept);
    dress(fd);
    posix.close(fd);
    return entries;
  }

  private void file(int at, Name name) throws IOException {
    int fd = posix.createFile(at, name);
    switch (random.nextInt(8)) {
      case 0 -> {}
      case 1 -> sparse(fd);
      case 2 -> write(fd, 0, 200_000 + random.nextInt(2_000_000));
      default -> write(fd, 0, random.nextInt(20_000));
    }
    dress(fd);
    posix.close(fd);
    files.add(name);
  }

  private void sparse(int fd) throws IOException {
    long at = 0;
    for (int i = 0; i < 4; i++) {
      at += random.nextInt(3_000_000);
      int length = random.nextInt(200_000);
      write(fd, at, length);
      at += length;
    }
    if (random.nextBoolean()) posix.length(fd, at + random.nextInt(3_000_000));
  }

  private void write(int fd, long at, int length) throws IOException {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    if (random.nextBoolean()) for (int i = 0; i < length; i++) bytes[i] = (byte) (bytes[i] & 3);
    posix.write(fd, bytes, 0, length, at);
  }

  private void dress(int fd) throws IOException {
    posix.own(fd, random.nextInt(70_000), random.nextInt(70_000));
    if (random.nextInt(3) == 0) {
      var value = new byte[random.nextInt(60)];
      random.nextBytes(value);
      posix.attribute(fd, new Attribute(Name.of("user.test" + random.nextInt(9)), value));
      posix.attribute(fd, new Attribute(Name.of("trusted.overlay.opaque"), new byte[] {'y'}));
    }
    posix.mode(fd, random.nextInt(01000) | (random.nextInt(5) == 0 ? 07000 : 0));
    posix.modified(fd, time());
  }

  private Status.Time time() {
    return new Status.Time(random.nextInt(1_700_000_000) - 100_000, random.nextInt(1_000_000_000));
  }

  /** Also what is no text, and what somebody would rather not have in a shell. */
  private Name name() {
    made++;
    var text = Integer.toString(made);
    return switch (random.nextInt(6)) {
      case 0 -> Name.of(text + " ä \u0007\n'\"*");
      case 1 -> Name.of(bytes(text, (byte) 0xff, (byte) 0xfe), 0, text.length() + 2);
      case 2 -> Name.of("-" + text);
      case 3 -> Name.of(text + "x".repeat(255 - text.length()));
      case 4 -> Name.of("." + text);
      default -> Name.of(text);
    };
  }

  private static byte[] bytes(String text, byte... more) {
    var bytes =
        java.util.Arrays.copyOf(
            text.getBytes(java.nio.charset.StandardCharsets.US_ASCII), text.length() + more.length);
    System.arraycopy(more, 0, bytes, text.length(), more.length);
    return bytes;
  }

  @Override
  public void close() {
    posix.close();
  }
}
