package dev.berth.bench.snapshots;

import dev.berth.base.json.Json;
import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.prune.Check;
import dev.berth.snapshots.prune.Prune;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.restore.Verification;
import dev.berth.snapshots.save.Save;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;

/** One save, restore or check of a store in a folder; prints what it came to. */
public final class SnapshotBench {
  private static final String SERIES = "bench";

  private SnapshotBench() {}

  /**
   * Arguments: {@code save STORE FOLDER}, {@code restore STORE TARGET}, {@code verify STORE
   * TARGET}, {@code check STORE}, {@code again STORE FOLDER TIMES}, which saves over and over in
   * this one JVM, {@code many STORE TARGET}, which makes a tree of a million small files, or {@code
   * serve}, which reads such lines from its input and answers each with the seconds that it took,
   * as a server that runs all the time would.
   */
  static void main(String[] args) throws Exception {
    if (args[0].equals("serve")) serve();
    else run(args);
  }

  private static void serve() throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      long from = System.nanoTime();
      var before = used();
      run(line.split(" "));
      System.out.printf(
          "took %.3f s, %.3f s of processor%n",
          (System.nanoTime() - from) / 1e9, used().minus(before).toMillis() / 1e3);
    }
  }

  private static Duration used() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }

  private static void run(String[] args) throws Exception {
    var store = FolderStore.open(Path.of(args[1]));
    var repository = Repository.open(store, OwnerKeys.of(new byte[OwnerKeys.KEY_BYTES], "bench"));
    int threads = Runtime.getRuntime().availableProcessors();
    switch (args[0]) {
      case "save" -> {
        var snapshot =
            new Save(repository, Clock.systemUTC(), threads).run(Path.of(args[2]), SERIES);
        System.out.println(Json.write(snapshot.totals()));
        snapshot.findings().forEach(System.out::println);
      }
      case "restore" -> {
        var newest = repository.newest(SERIES).orElseThrow();
        System.out.println(new Restore(repository, threads).run(newest, Path.of(args[2])));
      }
      case "verify" -> {
        var newest = repository.newest(SERIES).orElseThrow();
        System.out.println(Verification.of(repository, newest, Path.of(args[2])));
      }
      case "prune" ->
          System.out.println(
              new Prune(repository, Clock.systemUTC(), Duration.ZERO, Duration.ofDays(1)).run());
      case "many" -> many(Path.of(args[2]));
      case "again" -> again(repository, Path.of(args[2]), Integer.parseInt(args[3]), threads);
      case "check" -> System.out.println(Check.run(repository));
      default ->
          throw new IllegalArgumentException(
              "save, restore, verify, check, prune, again or many, not " + args[0]);
    }
  }

  /** 700,000 in folders of 1,000 and 300,000 in one: 20 to 220 bytes each. */
  private static void many(Path target) throws IOException {
    var random = new Random(7);
    for (int folder = 0; folder < 700; folder++) {
      var small = Files.createDirectories(target.resolve("d%03d".formatted(folder)));
      for (int file = 0; file < 1000; file++) write(small, file, random);
    }
    var large = Files.createDirectories(target.resolve("many"));
    for (int file = 0; file < 300_000; file++) write(large, file, random);
  }

  private static void write(Path folder, int file, Random random) throws IOException {
    var bytes = new byte[10 + random.nextInt(101)];
    random.nextBytes(bytes);
    Files.writeString(
        folder.resolve("file-%06d.txt".formatted(file)), HexFormat.of().formatHex(bytes));
  }

  private static void again(Repository repository, Path folder, int times, int threads)
      throws Exception {
    for (int i = 0; i < times; i++) {
      long from = System.nanoTime();
      var before = used();
      new Save(repository, Clock.systemUTC(), threads).run(folder, SERIES);
      System.out.printf(
          "save again in one JVM: %d ms, %d ms CPU%n",
          (System.nanoTime() - from) / 1_000_000, used().minus(before).toMillis());
    }
  }
}
