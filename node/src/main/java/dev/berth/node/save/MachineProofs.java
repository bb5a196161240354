package dev.berth.node.save;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.node.save.MachineFiles.Repositories;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Proofs;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.prune.Check;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.restore.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Proves what this machine's saves have written. */
final class MachineProofs implements Proofs {
  private static final Logger LOG = LoggerFactory.getLogger(MachineProofs.class);

  /** As for a start that waits for its files. */
  private static final int THREADS = 4;

  /** A million files take a minute. */
  private static final Duration REMOVAL = Duration.ofMinutes(30);

  /** Lines for somebody to read. */
  private static final int HEALED_MAX = 1000;

  /** What an owner's saves have written, on this machine's disk and in the bucket. */
  interface Copies {
    /**
     * For who reads all of it, which may be more than this machine's disk.
     *
     * @param healed is told of what was damaged here and is whole now
     */
    Repository unkept(UserId owner, Consumer<String> healed)
        throws IOException, InterruptedException;

    /**
     * Lets what the disk has lost be known to be in the bucket; returns soon where that is away.
     */
    void compare() throws InterruptedException;

    /**
     * Reads what the bucket has of what is here, and lets be sent once more what is damaged there.
     */
    void healAfar(UserId owner, Consumer<String> healed) throws IOException, InterruptedException;
  }

  private final Repositories repositories;
  private final Copies copies;
  private final Path scratch;
  private final BiFunction<WorkspaceId, Instant, Instant> savedUntil;

  /**
   * @param copies of what was saved, here and in the bucket
   * @param scratch a folder for restored files that nobody else uses
   * @param savedUntil of when a point has all that a workspace had; given when its newest began
   */
  MachineProofs(
      Repositories repositories,
      Copies copies,
      Path scratch,
      BiFunction<WorkspaceId, Instant, Instant> savedUntil) {
    this.repositories = repositories;
    this.copies = copies;
    this.scratch = scratch;
    this.savedUntil = savedUntil;
  }

  /**
   * Deletes what drills left that were cut off with their server, which is a copy of somebody's
   * files. It is out of the way of others on return, and gone some time later.
   */
  static void clear(Path scratch) {
    var left = scratch.resolveSibling(scratch.getFileName() + ".left");
    try {
      if (Files.isDirectory(scratch)) moveAll(scratch, Files.createDirectories(left));
    } catch (IOException e) {
      LOG.warn("what a drill left in {} is not removed: {}", scratch, e.getMessage());
    }
    if (Files.exists(left)) {
      Thread.ofPlatform().name("left drills").daemon().start(() -> removeLeft(left));
    }
  }

  private static void moveAll(Path from, Path to) throws IOException {
    try (var all = Files.newDirectoryStream(from)) {
      for (var one : all) Files.move(one, to.resolve(UUID.randomUUID().toString()));
    }
  }

  private static void removeLeft(Path left) {
    try {
      remove(left);
    } catch (Problem e) {
      LOG.warn("what drills left is not removed: {}", e.words());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does; the next start would go on with it
    }
  }

  @Override
  public Health check(UserId owner, boolean bucket) throws InterruptedException {
    var healed = new Healed();
    try {
      if (bucket) copies.healAfar(owner, healed::afar);
      copies.compare();
      var report = Check.run(copies.unkept(owner, healed::here));
      var damages =
          report.damages().stream().map(one -> new Damage(one.where(), one.what())).toList();
      return new Health(
          report.packs(),
          report.snapshots(),
          damages,
          report.moreDamages(),
          healed.without(damages));
    } catch (IOException e) {
      throw failed("What was saved cannot be read", e);
    }
  }

  /** What was healed, as it is met. */
  private static final class Healed {
    private final Map<String, String> all = new LinkedHashMap<>();

    void here(String name) {
      add(name, "was damaged on this machine's disk, and is whole again from the bucket");
    }

    void afar(String name) {
      add(name, "is damaged in the bucket, and is sent there once more");
    }

    private synchronized void add(String name, String what) {
      if (all.size() < HEALED_MAX) all.putIfAbsent(name, what);
    }

    /** Bytes may be whole and yet be none that can be read. */
    synchronized List<Damage> without(List<Damage> damages) {
      var damaged = damages.stream().map(Damage::where).collect(Collectors.toSet());
      return all.entrySet().stream()
          .filter(one -> !damaged.contains(one.getKey()))
          .map(one -> new Damage(one.getKey(), one.getValue()))
          .toList();
    }
  }

  @Override
  public Drill drill(WorkspaceId workspace, UserId owner) throws InterruptedException {
    var target = scratch.resolve(workspace.value());
    try {
      var repository = repositories.of(owner);
      var newest =
          repository
              .newest(workspace.value())
              .orElseThrow(() ->
                  new Problem.Missing(
                      "Nothing of the workspace %s is saved yet.".formatted(workspace),
                      "Its files are saved while it runs."));
      remove(target); // what a drill that was cut off left
      checkSpace(newest);
      return drill(workspace, repository, newest, target);
    } catch (IOException e) {
      throw failed("The point could not be restored", e);
    } finally {
      remove(target);
    }
  }

  private Drill drill(WorkspaceId workspace, Repository repository, Snapshot newest, Path target)
      throws IOException, InterruptedException {
    var began = Instant.now();
    var lost = Duration.between(savedUntil.apply(workspace, newest.began()), began);
    new Restore(repository, THREADS).run(newest, target);
    var took = Duration.between(began, Instant.now());
    var compared = Verification.of(repository, newest, target);
    return new Drill(
        newest.id().text(),
        newest.began(),
        lost.isNegative() ? Duration.ZERO : lost,
        took,
        compared.files(),
        compared.bytes(),
        compared.differences(),
        compared.more());
  }

  private void checkSpace(Snapshot snapshot) throws IOException {
    Files.createDirectories(scratch);
    long free = Files.getFileStore(scratch).getUsableSpace();
    long needed = snapshot.totals().bytes() + MachineSaves.LEAST_FREE_BYTES;
    if (free >= needed) return;
    throw new Problem.Unavailable(
        "A drill needs %d MiB for the restored files, and %d MiB are free in %s."
            .formatted(needed >> 20, free >> 20, scratch),
        "Make room, or try it with a smaller workspace: berth drill ID.");
  }

  /** By rm, which copes with folders that are deeper than a path may be long. */
  private static void remove(Path target) throws InterruptedException {
    Command.of("rm", "-rf", "--one-file-system", "--", target.toString())
        .within(REMOVAL)
        .orProblem("Remove it by hand; the next start of the server tries it again.");
  }

  private static Problem failed(String what, IOException e) {
    return new Problem.Unavailable(
        "%s: %s.".formatted(what, e.getMessage()),
        "See what is damaged with `berth check`, and that the disk is well and not full.",
        e);
  }
}
