package dev.berth.snapshots;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.prune.Check;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.restore.TarExport;
import dev.berth.snapshots.save.Save;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Does one thing as a process of its own, which has little memory or few descriptors. */
final class SmallHeap {
  private SmallHeap() {}

  /** Runs it with so much memory; what it said, in the end how it ended. */
  static String run(String heap, String what, Path here) throws Exception {
    var java = ProcessHandle.current().info().command().orElseThrow();
    var process =
        new ProcessBuilder(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx" + heap,
                "-Xss256k",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeap.class.getName(),
                what,
                here.toString())
            .redirectErrorStream(true)
            .start();
    try (var out = process.getInputStream()) {
      return new String(out.readAllBytes(), StandardCharsets.UTF_8) + process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }

  static Repository repository(Path here) throws Exception {
    return Repository.open(
        FolderStore.open(here.resolve("store")), OwnerKeys.of(new byte[32], "octo"));
  }

  static void main(String[] args) throws Exception {
    var here = Path.of(args[1]);
    var repository = repository(here);
    switch (args[0]) {
      case "save" -> new Save(repository, Clock.systemUTC(), 1).run(here.resolve("tree"), "series");
      case "restore" ->
          new Restore(repository, 2)
              .run(repository.newest("series").orElseThrow(), here.resolve("back"));
      case "tar" ->
          TarExport.write(
              repository,
              repository.newest("series").orElseThrow(),
              OutputStream.nullOutputStream());
      case "check" -> System.out.println(Check.run(repository).damages());
      case "descriptors" -> saveWithFew(repository, here);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /**
   * With so few descriptors that nothing goes, and then with one more at a time until all does. A
   * snapshot has all files or is none.
   */
  private static void saveWithFew(Repository repository, Path here) throws Exception {
    var tree = here.resolve("tree");
    var whole = new Save(repository, Clock.systemUTC(), 1).run(tree, "whole").totals();
    int failed = 0;
    for (int left = 0; ; left++) {
      var taken = take();
      give(taken, left);
      Optional<Long> files = Optional.empty();
      try {
        var saved = new Save(repository, Clock.systemUTC(), 1).run(tree, "few" + left).totals();
        files = Optional.of(saved.files() + saved.folders());
      } catch (IOException _) {
        failed++;
      } finally {
        give(taken, taken.size());
      }
      if (files.isEmpty()) continue;
      System.out.println(
          files.get() == whole.files() + whole.folders() && failed > 0
              ? "all of them"
              : "%s of them with %d descriptors".formatted(files.get(), left));
      return;
    }
  }

  private static List<OutputStream> take() throws IOException {
    var taken = new ArrayList<OutputStream>();
    while (true) {
      try {
        taken.add(Files.newOutputStream(Path.of("/dev/null")));
      } catch (IOException _) {
        return taken;
      }
    }
  }

  private static void give(List<OutputStream> taken, int count) throws IOException {
    for (int i = 0; i < count; i++) taken.removeLast().close();
  }

  /** Makes a folder in a folder and so on, and does something in the innermost. */
  static void nested(Path root, int folders, Name name, Inside inside) throws IOException {
    try (var posix = new Posix()) {
      int at = posix.openFolder(Files.createDirectories(root));
      for (int i = 0; i < folders; i++) {
        posix.makeFolder(at, name);
        int next = posix.openFolder(at, name);
        posix.close(at);
        at = next;
      }
      inside.run(posix, at);
      posix.close(at);
    }
  }

  /** What is done in a folder. */
  interface Inside {
    void run(Posix posix, int at) throws IOException;
  }

  /** Removes what {@link #nested} made, whose paths are too long for others. */
  static void remove(Path root) throws Exception {
    var process = new ProcessBuilder("rm", "-rf", "--", root.toString()).inheritIO().start();
    if (process.waitFor() != 0) throw new IOException("rm failed");
  }
}
