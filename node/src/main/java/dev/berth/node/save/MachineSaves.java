package dev.berth.node.save;

import dev.berth.base.Problem;
import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.process.Turns;
import dev.berth.node.pod.Deed;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.folder.FolderStore;
import dev.berth.objects.journal.Journaled;
import dev.berth.objects.wrap.Under;
import dev.berth.protocol.Notice;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Proofs;
import dev.berth.runtime.SavedFiles;
import dev.berth.runtime.Saves;
import dev.berth.runtime.Seed;
import dev.berth.runtime.runc.Ground;
import dev.berth.runtime.runc.Rest;
import dev.berth.runtime.runc.Seeds;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.save.Exclusions;
import dev.berth.snapshots.save.Save;
import dev.berth.snapshots.save.Scope;
import dev.berth.snapshots.save.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the workspaces of this machine by itself, one after the other, on a thread that lets
 * everything else go first; and when it is asked, on its caller's. A workspace is a series of
 * snapshots of its owner's repository; they hold its folder's {@code files} (/workspace) and {@code
 * upper} (all else that was changed).
 */
public final class MachineSaves implements Saves, Seeds, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MachineSaves.class);

  /** In a workspace's folder and its snapshots: /workspace. */
  static final String FILES = "files";

  /** All else that was changed inside. */
  static final String UPPER = "upper";

  private static final Set<Name> OVER_AN_IMAGE = Set.of(Name.of(UPPER));

  /** One reads folders, one files: more would not be of low priority any more. */
  private static final int THREADS = 1;

  /**
   * Each knows where every chunk of its owner is and holds up to 24 MB of trees, and they share a
   * disk with what people sit before. The second is for who waits while one takes minutes.
   */
  private static final int SAVES_AT_ONCE = 2;

  /** A restore is waited for. */
  private static final int RESTORE_THREADS = 4;

  /** A save may take a tenth of the time at most. */
  private static final int SHARE = 10;

  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
  private static final Duration BETWEEN_PRUNES = Duration.ofHours(1);

  /** A folder of this machine is listed as it is; a minute is for a clock that was set. */
  private static final Duration PRUNE_GRACE = Duration.ofMinutes(1);

  /** Saves must not take the last room from what they save. */
  public static final long LEAST_FREE_BYTES = 1L << 30;

  /** What takes longer than eight times the bound is broken off each time. */
  private static final int DOUBLED_MAX = 3;

  private record Due(UserId owner, long atNanos) {}

  private record BrokenOff(UserId owner, int times) {}

  /** Of all that is here and in the bucket. */
  private record Comparison(long askedNanos, boolean done) {}

  private sealed interface Work {
    record SaveOf(WorkspaceId workspace, UserId owner) implements Work {}

    record PruneOf(UserId owner) implements Work {}
  }

  private final Path workspaces;
  private final ObjectStore store;
  private final Optional<Journaled> journaled;
  private final SaveOptions options;
  private final Scope scope;
  private final Clock clock;
  private final Thread thread;

  private final Map<WorkspaceId, Due> due = new HashMap<>();
  private final Map<WorkspaceId, Long> notBeforeNanos = new HashMap<>();
  private final Map<WorkspaceId, String> troubles = new HashMap<>();

  /** Those whose save took too long, and was broken off so often since it last came to its end. */
  private final Map<WorkspaceId, BrokenOff> brokenOff = new HashMap<>();

  /** When the last save of a workspace began that came to its end, since this server began. */
  private final Map<WorkspaceId, Instant> lastSaves = new HashMap<>();

  /** When what no snapshot of an owner needs is looked for next. */
  private final Map<UserId, Long> pruneNanos = new HashMap<>();

  /** Whose workspaces were forgotten since nothing was left to be deleted: they shall free room. */
  private final Set<UserId> freeing = new HashSet<>();

  /** By the thread of saves. */
  private Optional<Comparison> lastComparison = Optional.empty();

  private boolean closed;

  private final SavedPoints points;
  private final MachineFiles files = new MachineFiles(this::repository);

  /** A workspace is saved by one at a time: two would both write what is new. */
  private final Turns<WorkspaceId> saving = new Turns<>();

  /**
   * A workspace's mark and whether it is due change together; in a turn of its own, as on a disk
   * that stalls the file takes a while, for which looks at all other workspaces would wait.
   */
  private final Turns<WorkspaceId> marking = new Turns<>();

  /** In the order of those who came, so that no asker keeps the thread of saves waiting. */
  private final Semaphore places = new Semaphore(SAVES_AT_ONCE, true);

  /**
   * Which saves nothing by itself yet.
   *
   * @param begins what its own thread does before all else
   */
  MachineSaves(
      Path workspaces,
      ObjectStore store,
      Optional<Journaled> journaled,
      SaveOptions options,
      Clock clock,
      Runnable begins) {
    this.workspaces = workspaces;
    this.store = store;
    this.journaled = journaled;
    this.options = options;
    this.scope =
        Scope.of(
            Stream.of(FILES, UPPER),
            options.without().stream().map(path -> UPPER + "/" + path),
            new Exclusions(options.exclude(), Set.of(Name.of(FILES)), options.largestFileBytes()));
    this.clock = clock;
    this.points =
        new SavedPoints(
            this::repository,
            options.thinning(),
            clock,
            id -> Optional.of(folder(id).resolve(Kept.EARLIER)),
            "See whether the disk of %s is well and not full%s."
                .formatted(
                    options.store(), journaled.isEmpty() ? "" : ", and the object store reached"));
    this.thread =
        Thread.ofPlatform()
            .name("saves")
            .daemon()
            .unstarted(() -> {
              begins.run();
              saveAll();
            });
  }

  /**
   * Begins to save the workspaces whose folders lie in {@code workspaces}; those that an earlier
   * server did not come to first.
   */
  public static MachineSaves open(Path workspaces, SaveOptions options)
      throws InterruptedException {
    var clock = Clock.systemUTC();
    if (options.distant().isEmpty()) {
      var store = FolderStore.open(options.store());
      return begun(
          new MachineSaves(
              workspaces, store, Optional.empty(), options, clock, MachineSaves::goLast));
    }
    var journaled = options.distant().get().open(options.store(), options.key(), clock);
    return begun(
        new MachineSaves(
            workspaces, journaled, Optional.of(journaled), options, clock, MachineSaves::goLast));
  }

  /** The same over other stores, which takes its turn with everything else. */
  static MachineSaves open(
      Path workspaces,
      ObjectStore store,
      Optional<Journaled> journaled,
      SaveOptions options,
      Clock clock) {
    return begun(new MachineSaves(workspaces, store, journaled, options, clock, () -> {}));
  }

  private static MachineSaves begun(MachineSaves saves) {
    MachineProofs.clear(drills(saves.workspaces));
    saves.findUnsaved();
    saves.findOwners();
    saves.thread.start();
    return saves;
  }

  private void findUnsaved() {
    if (!Files.isDirectory(workspaces)) return;
    try (var folders = Files.list(workspaces)) {
      for (var folder : folders.toList()) {
        var id = WorkspaceId.parse(folder.getFileName().toString());
        var owner = new Unsaved(folder).owner();
        if (id.isPresent() && owner.isPresent()) {
          due.put(id.get(), new Due(owner.get(), System.nanoTime()));
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("what an earlier server did not save is not found: {}", e.getMessage(), e);
    }
  }

  /** An earlier server may have ended before it deleted what nobody needs. */
  private void findOwners() {
    try (var folders = Files.newDirectoryStream(options.store(), "????????-*")) {
      long at = System.nanoTime() + BETWEEN_PRUNES.toNanos();
      for (var folder : folders) pruneNanos.put(new UserId(folder.getFileName().toString()), at);
    } catch (IOException | RuntimeException e) {
      LOG.warn("the store's owners cannot be listed: {}", e.getMessage(), e);
    }
  }

  @Override
  public void beginTurn(BooleanSupplier holds) {
    // No other process has this machine's disk.
  }

  @Override
  public void hold(Holds all) {
    points.hold(all);
  }

  @Override
  public boolean isHeld(Seed seed, UserId owner) throws InterruptedException {
    return points.isHeld(seed, owner);
  }

  @Override
  public void mayHaveChanged(WorkspaceId workspace, UserId owner) {
    if (isDueOrOver(workspace)) return;
    try {
      marking.in(
          workspace,
          () -> {
            if (isDueOrOver(workspace)) return workspace;
            mark(workspace, owner);
            isDue(workspace, owner);
            return workspace;
          });
    } catch (IOException e) {
      throw new IllegalStateException(e); // that of the mark is told
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the server is closing, and its successor looks, too
    }
  }

  private void mark(WorkspaceId workspace, UserId owner) {
    try {
      if (Files.isDirectory(folder(workspace))) new Unsaved(folder(workspace)).mark(owner);
    } catch (IOException e) {
      LOG.warn("{} is not marked as unsaved: {}", workspace, e.getMessage());
    }
  }

  private synchronized void isDue(WorkspaceId workspace, UserId owner) {
    long at = System.nanoTime() + options.every().toNanos();
    var notBefore = notBeforeNanos.get(workspace);
    due.put(workspace, new Due(owner, notBefore == null ? at : Math.max(at, notBefore)));
    notifyAll();
  }

  private synchronized boolean isDue(WorkspaceId workspace) {
    return due.containsKey(workspace);
  }

  private synchronized boolean isDueOrOver(WorkspaceId workspace) {
    return due.containsKey(workspace) || closed;
  }

  private Path folder(WorkspaceId workspace) {
    return workspaces.resolve(workspace.value());
  }

  // ---- the saving thread

  /** Of the thread that calls it. */
  private static void goLast() {
    try (var posix = new Posix()) {
      posix.goLast();
    } catch (IOException e) {
      LOG.info("saves have no lower priority: {}", e.getMessage());
    }
  }

  private void saveAll() {
    try {
      while (true) {
        var next = next();
        if (next.isEmpty()) return;
        switch (next.get()) {
          case Work.SaveOf(var workspace, var owner) -> attempt(workspace, owner);
          case Work.PruneOf(var owner) -> prune(owner);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the server is closing
    }
  }

  /** The next that is due, taken; empty when all is over. */
  private synchronized Optional<Work> next() throws InterruptedException {
    while (!closed) {
      long now = System.nanoTime();
      long pause = Long.MAX_VALUE;
      // The one that has waited longest: none that comes back again and again goes before others.
      var first =
          due.entrySet().stream()
              .min(Comparator.comparingLong(one -> one.getValue().atNanos - now));
      if (first.isPresent()) {
        var next = first.get();
        pause = next.getValue().atNanos - now;
        if (pause <= 0) {
          due.remove(next.getKey());
          return Optional.of(new Work.SaveOf(next.getKey(), next.getValue().owner));
        }
      }
      for (var one : pruneNanos.entrySet()) {
        long left = one.getValue() - now;
        if (left <= 0) {
          pruneNanos.remove(one.getKey());
          return Optional.of(new Work.PruneOf(one.getKey()));
        }
        pause = Math.min(pause, left);
      }
      wait(pause == Long.MAX_VALUE ? 0 : pause / 1_000_000 + 1);
    }
    return Optional.empty();
  }

  /**
   * What a save wrote that was broken off is what the next goes on with; unless somebody needs the
   * room, without which that next does not begin.
   */
  private boolean goesOn(UserId owner) throws IOException {
    return freeBytes() >= LEAST_FREE_BYTES && goesOnWithRoom(owner);
  }

  private synchronized boolean goesOnWithRoom(UserId owner) {
    return !freeing.contains(owner)
        && brokenOff.values().stream()
            .anyMatch(one -> one.owner.equals(owner) && one.times <= DOUBLED_MAX);
  }

  /** Deletes what no snapshot needs; by the thread of saves. */
  void prune(UserId owner) throws InterruptedException {
    var next = BETWEEN_PRUNES;
    try {
      if (goesOn(owner)) return;
      if (!isCompared()) {
        LOG.info("what no snapshot of {} needs is deleted once the object store is listed", owner);
        next = AFTER_FAILURE;
      } else if (points.prune(owner, PRUNE_GRACE)) {
        next = PRUNE_GRACE.multipliedBy(2); // what is condemned goes with the run after this one
      } else {
        isFreed(owner);
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      LOG.warn("what no snapshot of {} needs is not deleted yet: {}", owner, e.getMessage(), e);
    } finally {
      pruneIn(owner, next);
    }
  }

  /**
   * Whether it is known what the bucket has: a snapshot that the disk has lost since it was listed
   * last would be taken for none, and all that it needs be deleted in both. Owners whose turns come
   * together share a comparison; a run that deletes never does with the one that condemned.
   */
  private boolean isCompared() throws InterruptedException {
    if (journaled.isEmpty()) return true;
    long now = System.nanoTime();
    if (lastComparison.filter(last -> now - last.askedNanos < PRUNE_GRACE.toNanos()).isEmpty()) {
      lastComparison = Optional.of(new Comparison(now, journaled.get().compare()));
    }
    return lastComparison.orElseThrow().done;
  }

  private synchronized void isFreed(UserId owner) {
    freeing.remove(owner);
  }

  private synchronized void pruneIn(UserId owner, Duration time) {
    pruneNanos.putIfAbsent(owner, System.nanoTime() + time.toNanos());
  }

  private void attempt(WorkspaceId workspace, UserId owner) throws InterruptedException {
    long began = System.nanoTime();
    try {
      saved(workspace, owner);
      thin(workspace, owner);
      trouble(workspace, Optional.empty());
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) { // an Error, too, is this workspace's own affair: others are saved
      var words = e instanceof Problem problem ? problem.words() : String.valueOf(e.getMessage());
      LOG.warn("{} is not saved, which is tried again: {}", workspace, words, e);
      trouble(workspace, Optional.of(words));
      again(workspace, owner);
    }
    long took = System.nanoTime() - began;
    synchronized (this) {
      notBeforeNanos.put(workspace, System.nanoTime() + SHARE * took);
    }
  }

  private synchronized void again(WorkspaceId workspace, UserId owner) {
    due.putIfAbsent(workspace, new Due(owner, System.nanoTime() + AFTER_FAILURE.toNanos()));
  }

  private synchronized void trouble(WorkspaceId workspace, Optional<String> words) {
    words.ifPresentOrElse(text -> troubles.put(workspace, text), () -> troubles.remove(workspace));
  }

  @Override
  public List<Notice> notices(WorkspaceId workspace) {
    return trouble(workspace).map(words -> Notice.error("The last save failed: " + words)).stream()
        .toList();
  }

  @Override
  public synchronized Optional<String> trouble(WorkspaceId workspace) {
    return Optional.ofNullable(troubles.get(workspace));
  }

  private void saved(WorkspaceId workspace, UserId owner) throws IOException, InterruptedException {
    undisturbed(
        workspace,
        () -> {
          places.acquire();
          try {
            return savedInTime(workspace, owner);
          } finally {
            places.release();
          }
        });
  }

  /** One that takes long is broken off, so that others have their turn, and goes on after them. */
  private boolean savedInTime(WorkspaceId workspace, UserId owner)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    int doubled = Math.min(timesBrokenOff(workspace), DOUBLED_MAX);
    var longest = options.longest().multipliedBy(1L << doubled);
    try (var bound = TimeBound.of(longest)) {
      try {
        boolean made = savedNow(workspace, owner, bound);
        isSaved(workspace);
        return made;
      } catch (IOException | InterruptedException | RuntimeException e) {
        boolean over = bound.isOver();
        // Who closes interrupts it, which is no failure.
        if (over || !(e instanceof InterruptedException)) {
          count(Deed.Kind.SAVE, Deed.Outcome.FAILED, began, 0);
        }
        if (!over || e instanceof RuntimeException) throw e;
        isBrokenOff(workspace, owner);
        throw new Problem.Unavailable(
            "The save took longer than %s and was broken off, so that others are saved."
                .formatted(words(longest)),
            "It goes on by itself, with twice the time; keep large files that are made anew out of"
                + " it by a .berthignore.",
            e);
      }
    }
  }

  private static String words(Duration time) {
    return time.toMinutes() > 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }

  private synchronized int timesBrokenOff(WorkspaceId workspace) {
    var before = brokenOff.get(workspace);
    return before == null ? 0 : before.times;
  }

  private synchronized void isBrokenOff(WorkspaceId workspace, UserId owner) {
    brokenOff.put(workspace, new BrokenOff(owner, timesBrokenOff(workspace) + 1));
  }

  private synchronized void isSaved(WorkspaceId workspace) {
    brokenOff.remove(workspace);
  }

  private boolean savedNow(WorkspaceId workspace, UserId owner, TimeBound bound)
      throws IOException, InterruptedException {
    var folder = folder(workspace);
    if (!Files.isDirectory(folder.resolve(FILES))) return false; // deleted, or not begun
    var began = clock.instant();
    checkSpace();
    var rest = Rest.of(folder);
    long beganNanos = System.nanoTime();
    var repository = repository(owner);
    var snapshot =
        new Save(repository, clock, THREADS, scope)
            .runIfChanged(
                new Stack(Ground.stack(folder), OVER_AN_IMAGE),
                workspace.value(),
                origin(repository, folder),
                bound::close); // what is whole is kept, though its time is over
    snapshot.ifPresent(made -> LOG.debug("saved {} as {}", workspace, made.id()));
    count(
        Deed.Kind.SAVE,
        snapshot.isPresent() ? Deed.Outcome.DONE : Deed.Outcome.UNCHANGED,
        beganNanos,
        snapshot.map(made -> made.totals().newBytes()).orElse(0L));
    if (rest.isPresent()) {
      var newest = snapshot.isPresent() ? snapshot : repository.newest(workspace.value());
      if (newest.isPresent()) rest.get().note(newest.get().id().text());
    }
    unmark(workspace);
    synchronized (this) {
      lastSaves.put(workspace, began);
    }
    return snapshot.isPresent();
  }

  private void count(Deed.Kind kind, Deed.Outcome outcome, long beganNanos, long bytes) {
    long millis = (System.nanoTime() - beganNanos) / 1_000_000;
    options.counts().count(new Deed(kind, outcome, clock.instant(), millis, bytes));
  }

  /** What it began as; perhaps no more there. */
  private static Optional<Snapshot> origin(Repository repository, Path folder)
      throws IOException, InterruptedException {
    var seed = Ground.of(folder).seed();
    if (seed.isEmpty()) return Optional.empty();
    try {
      return Optional.of(find(repository, seed.get()));
    } catch (Problem.Missing _) {
      return Optional.empty();
    }
  }

  private static Snapshot find(Repository repository, Seed seed)
      throws IOException, InterruptedException {
    return repository.find(seed.workspace().value(), new SaveId(seed.point()));
  }

  @Override
  public <T> T undisturbed(WorkspaceId workspace, Turns.Work<T> work)
      throws IOException, InterruptedException {
    return saving.in(workspace, work);
  }

  @Override
  public Instant savedAt(Seed seed, UserId owner) throws IOException, InterruptedException {
    return find(repository(owner), seed).began();
  }

  /** Not before all is saved: a server that is killed in the middle leaves the mark. */
  private void unmark(WorkspaceId workspace) throws IOException, InterruptedException {
    marking.in(
        workspace,
        () -> {
          // What changed since this save began waits for the next, and keeps the mark.
          if (!isDue(workspace)) new Unsaved(folder(workspace)).unmark();
          return workspace;
        });
  }

  private long freeBytes() throws IOException {
    return Files.getFileStore(options.store()).getUsableSpace();
  }

  private void checkSpace() throws IOException {
    long free = freeBytes();
    if (free >= LEAST_FREE_BYTES) return;
    throw new Problem.Unavailable(
        "The disk of %s is nearly full: %d MiB are free.".formatted(options.store(), free >> 20),
        "Delete workspaces that nobody needs for good (berth delete --now), or"
            + " give it a larger disk; saving goes on by itself.");
  }

  private Repository repository(UserId owner) throws IOException, InterruptedException {
    return repository(store, owner);
  }

  private Repository repository(ObjectStore in, UserId owner)
      throws IOException, InterruptedException {
    return Repository.open(
        new Under(in, folder(owner)), OwnerKeys.of(options.key(), owner.toString()));
  }

  /** The owner's objects in the store. */
  private static ObjectName folder(UserId owner) {
    return new ObjectName(owner.toString());
  }

  /** Lets go of snapshots that are too many. */
  private void thin(WorkspaceId workspace, UserId owner) throws IOException, InterruptedException {
    undisturbed(
        workspace,
        () -> {
          points.thin(workspace, owner);
          return workspace;
        });
    pruneIn(owner, BETWEEN_PRUNES);
  }

  // ---- what is asked

  @Override
  public Point save(WorkspaceId workspace, UserId owner) throws InterruptedException {
    try {
      saved(workspace, owner);
    } catch (IOException e) {
      throw points.unreadable(workspace, e);
    }
    return points.newest(workspace, owner);
  }

  @Override
  public void keep(WorkspaceId workspace, UserId owner, String point) throws InterruptedException {
    try {
      undisturbed(
          workspace,
          () -> {
            points.keep(workspace, owner, point);
            return point;
          });
    } catch (IOException e) {
      throw points.unreadable(workspace, e);
    }
  }

  @Override
  public List<Point> points(WorkspaceId workspace, UserId owner) throws InterruptedException {
    return points.all(workspace, owner);
  }

  @Override
  public Optional<String> newest(WorkspaceId workspace, UserId owner, Optional<String> before)
      throws InterruptedException {
    return points.newest(workspace, owner, before);
  }

  @Override
  public boolean has(WorkspaceId workspace, UserId owner, String point)
      throws InterruptedException {
    return points.has(workspace, owner, point);
  }

  private static Path drills(Path workspaces) {
    return workspaces.resolveSibling("drill");
  }

  @Override
  public Proofs proofs() {
    return new MachineProofs(this::repository, new Copies(), drills(workspaces), this::savedUntil);
  }

  /** An owner's objects on this machine's disk and in the bucket, where there is one. */
  private final class Copies implements MachineProofs.Copies {
    @Override
    public Repository unkept(UserId owner, Consumer<String> healed)
        throws IOException, InterruptedException {
      var objects = folder(owner).text().length() + 1;
      return repository(
          journaled
              .map(both -> both.unkept(name -> healed.accept(name.text().substring(objects))))
              .orElse(store),
          owner);
    }

    @Override
    public void compare() throws InterruptedException {
      if (journaled.isPresent()) journaled.get().compare();
    }

    @Override
    public void healAfar(UserId owner, Consumer<String> healed)
        throws IOException, InterruptedException {
      if (journaled.isEmpty()) {
        throw new Problem.Invalid(
            "There is no object store: saves are on this machine's disk only.",
            "Check without it; or name a bucket (objects in berth.yaml).");
      }
      var objects = folder(owner).text().length() + 1;
      journaled
          .get()
          .healAfar(folder(owner), name -> healed.accept(name.text().substring(objects)));
    }
  }

  /**
   * Now, where nothing may have changed since; else when the last save began that came to its end.
   */
  private Instant savedUntil(WorkspaceId workspace, Instant newestPoint) {
    boolean mayHaveChanged = isDue(workspace) || new Unsaved(folder(workspace)).isMarked();
    return mayHaveChanged ? lastSave(workspace).orElse(newestPoint) : clock.instant();
  }

  private synchronized Optional<Instant> lastSave(WorkspaceId workspace) {
    return Optional.ofNullable(lastSaves.get(workspace));
  }

  @Override
  public SavedFiles files() {
    return files;
  }

  @Override
  public void restore(Seed seed, UserId owner, Path folder)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    try {
      var repository = repository(owner);
      var snapshot = find(repository, seed);
      var findings = new Restore(repository, RESTORE_THREADS).run(snapshot, folder);
      count(Deed.Kind.RESTORE, Deed.Outcome.DONE, began, snapshot.totals().bytes());
      findings.forEach(finding -> LOG.info("restoring {}: {}", seed, SavedPoints.words(finding)));
    } catch (IOException | RuntimeException e) {
      count(Deed.Kind.RESTORE, Deed.Outcome.FAILED, began, 0);
      throw e;
    }
  }

  @Override
  public void forget(WorkspaceId workspace, UserId owner) {
    synchronized (this) {
      due.remove(workspace);
      notBeforeNanos.remove(workspace);
      troubles.remove(workspace);
      lastSaves.remove(workspace);
      brokenOff.remove(workspace);
    }
    try {
      undisturbed(
          workspace,
          () -> {
            points.forget(workspace, owner);
            return workspace;
          });
      synchronized (this) {
        freeing.add(owner);
        pruneNanos.put(owner, System.nanoTime()); // nothing of it shall stay
        notifyAll();
      }
    } catch (IOException e) {
      throw points.unreadable(workspace, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Optional<Seed> newest(WorkspaceId workspace, UserId owner) throws InterruptedException {
    try {
      return repository(owner)
          .newest(workspace.value())
          .map(snapshot -> new Seed(workspace, snapshot.id().text()));
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "Whether files of %s were saved is not known: %s.".formatted(workspace, e.getMessage()),
          "Start it again once the object store is reached; `berth status` tells.",
          e);
    }
  }

  @Override
  public Optional<Store> distant() {
    if (journaled.isEmpty() || options.distant().isEmpty()) return Optional.empty();
    var lag = journaled.get().lag();
    var name = options.distant().get().toString();
    return Optional.of(new Store(name, lag.objects(), lag.bytes(), lag.since(), lag.trouble()));
  }

  /** Ends; what was not saved is marked so, and the next server saves it. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }
}
