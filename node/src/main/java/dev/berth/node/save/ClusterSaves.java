package dev.berth.node.save;

import dev.berth.base.Problem;
import dev.berth.node.pod.Deed;
import dev.berth.node.pod.PodClient;
import dev.berth.node.pod.PodDoor;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.wrap.Fenced;
import dev.berth.objects.wrap.Under;
import dev.berth.protocol.Notice;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Proofs;
import dev.berth.runtime.SavedFiles;
import dev.berth.runtime.Saves;
import dev.berth.runtime.Seed;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.prune.Thinning;
import dev.berth.snapshots.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The saves of workspaces that run as pods: their content containers save them by themselves,
 * straight to the object store, where they are read here. What is too old is let go of, and what no
 * point needs is deleted, on a thread of this class.
 */
public final class ClusterSaves implements Saves, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterSaves.class);

  /** How often each workspace that ran is asked how it is, and its old points are looked at. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

  private static final Duration BETWEEN_PRUNES = Duration.ofHours(1);

  /** Each waits for a pod, up to seconds where its node is lost. */
  static final int LOOKS_AT_ONCE = 16;

  /** Points grow too old though nothing is saved any more. */
  private static final Duration BETWEEN_THINNINGS = Duration.ofHours(1);

  /** Several write here at once, and a store may list late: the format's own bound. */
  private static final Duration PRUNE_GRACE = Duration.ofHours(1);

  /** Somebody waits for it; a first save of many files takes minutes. */
  private static final Duration SAVE_LONGEST = Duration.ofMinutes(10);

  /**
   * What it is opened with.
   *
   * @param distant where pods save to
   * @param key 32 bytes, of which the owners' keys are made
   * @param folder for what this needs on a disk, which nobody else uses
   * @param pods of workspaces
   * @param counts of saves and restores, as pods tell them
   */
  public record Options(Distant distant, byte[] key, Path folder, Pods pods, SaveCounts counts) {
    public Options {
      key = key.clone();
    }

    @Override
    public byte[] key() {
      return key.clone();
    }

    Path drills() {
      return folder.resolve("drill");
    }
  }

  private final Options options;

  /** Where workspaces' pods are. */
  public interface Pods {
    /** Where its content container is asked, where one runs. */
    Optional<PodClient.Door> door(WorkspaceId workspace);

    /** Whether it has no pod at all; false where that cannot be known now. */
    boolean isGone(WorkspaceId workspace);
  }

  /** What a pod said of itself. */
  private record Heard(UserId owner, PodDoor.Status status, Instant at) {}

  private final ObjectStore bucket;

  /** Whether it is still this process that changes what is there. */
  private volatile BooleanSupplier turn = () -> true;

  /** The bucket within this turn. */
  private volatile ObjectStore store;

  private final Clock clock = Clock.systemUTC();
  private final PodClient client = new PodClient();
  private final SavedPoints points;
  private final MachineFiles files = new MachineFiles(this::repository);
  private final Thread thread = Thread.ofVirtual().name("points").unstarted(this::lookAfter);

  /** Those that may have changed since they were looked at. */
  private final Map<WorkspaceId, UserId> ran = new HashMap<>();

  private final Map<WorkspaceId, Heard> heard = new HashMap<>();

  /**
   * When old points are looked at next, which reads all of a workspace's: not before one more was
   * made, which its pod tells, or for long none was looked at.
   */
  private final Map<WorkspaceId, Long> thinNanos = new HashMap<>();

  /** What was before this turn was counted by who had his. */
  private volatile ToldDeeds told = new ToldDeeds(clock.instant());

  private final Map<UserId, Long> pruneNanos = new HashMap<>();

  ClusterSaves(Options options, ObjectStore bucket) {
    this.options = options;
    this.bucket = bucket;
    this.store = within(turn);
    this.points =
        new SavedPoints(
            this::repository,
            Thinning.USUAL,
            clock,
            _ -> Optional.empty(),
            "See whether the object store is reached: %s.".formatted(options.distant()));
  }

  /**
   * Opens it. A bucket that is named for the first time is tried out: a {@link Problem} says all
   * that is wrong. Later it may be away.
   */
  public static ClusterSaves open(Options options) throws InterruptedException {
    makeFolder(options.folder());
    options.distant().prove(options.folder(), options.key());
    MachineProofs.clear(options.drills());
    var distant = options.distant();
    var saves = new ClusterSaves(options, distant.bucket().open(distant.folder()));
    saves.thread.start();
    return saves;
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The folder %s cannot be made: %s.".formatted(folder, e.getMessage()),
          "Give Berth a home that it may write to (BERTH_HOME).",
          e);
    }
  }

  /** Whatever is begun in one turn ends with it. */
  private ObjectStore within(BooleanSupplier holds) {
    return options.distant().direct(new Fenced(bucket, holds));
  }

  private Repository repository(UserId owner) throws IOException, InterruptedException {
    return Repository.open(
        new Under(store, new ObjectName(owner.toString())),
        OwnerKeys.of(options.key(), owner.toString()));
  }

  @Override
  public synchronized void beginTurn(BooleanSupplier holds) {
    turn = holds;
    store = within(holds);
    told = new ToldDeeds(clock.instant());
    ran.clear();
    heard.clear();
    thinNanos.clear();
    pruneNanos.clear();
  }

  // ---- what is done by itself

  @Override
  public synchronized void mayHaveChanged(WorkspaceId workspace, UserId owner) {
    ran.put(workspace, owner);
  }

  private void lookAfter() {
    try {
      while (true) {
        Thread.sleep(BETWEEN_LOOKS);
        if (!turn.getAsBoolean()) continue; // what is known is forgotten when the next begins
        lookAtAll();
        for (var owner : toPrune()) prune(owner);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** A few at a time: with thousands of pods one after the other would take minutes. */
  void lookAtAll() throws InterruptedException {
    var ran = ranSince();
    var looks = new ArrayList<Callable<WorkspaceId>>();
    ran.forEach((workspace, owner) ->
        looks.add(() -> {
          look(workspace, owner);
          return workspace;
        }));
    inTrouble()
        .forEach((workspace, last) -> {
          if (ran.containsKey(workspace)) return;
          looks.add(() -> {
            lookBack(workspace, last.owner());
            return workspace;
          });
        });
    try (var threads = Executors.newFixedThreadPool(LOOKS_AT_ONCE, Thread.ofVirtual().factory())) {
      for (var look : threads.invokeAll(looks)) {
        if (look.state() == Future.State.FAILED) LOG.error("a look", look.exceptionNow());
      }
    }
  }

  private synchronized Map<WorkspaceId, UserId> ranSince() {
    var all = Map.copyOf(ran);
    ran.clear();
    // What a pod had in trouble when it was heard last may be lost with it, and is told on.
    heard
        .entrySet()
        .removeIf(
            one -> !all.containsKey(one.getKey()) && one.getValue().status().trouble().isEmpty());
    return all;
  }

  private void look(WorkspaceId workspace, UserId owner) throws InterruptedException {
    try {
      var door = options.pods().door(workspace);
      if (door.isPresent()) ask(workspace, owner, door.get());
      else {
        lookAtEnd(workspace, owner);
        isToThin(workspace); // its last save was told by nobody
      }
      thin(workspace, owner);
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} is looked at again: {}", workspace, e.getMessage());
    }
    synchronized (this) {
      pruneNanos.putIfAbsent(owner, System.nanoTime() + BETWEEN_PRUNES.toNanos());
    }
  }

  private void thin(WorkspaceId workspace, UserId owner) throws IOException, InterruptedException {
    synchronized (this) {
      long now = System.nanoTime();
      if (thinNanos.getOrDefault(workspace, now) - now > 0) return;
      thinNanos.put(workspace, now + BETWEEN_THINNINGS.toNanos());
    }
    boolean done = false;
    try {
      points.thin(workspace, owner);
      done = true;
    } finally {
      if (!done) isToThin(workspace);
    }
  }

  private synchronized void isToThin(WorkspaceId workspace) {
    thinNanos.put(workspace, System.nanoTime());
  }

  private synchronized Map<WorkspaceId, Heard> inTrouble() {
    var all = new HashMap<>(heard);
    all.values().removeIf(one -> one.status().trouble().isEmpty());
    return all;
  }

  /**
   * The last save of a pod that is gone may have come through. What a cluster that is away does not
   * tell is not known.
   */
  private void lookBack(WorkspaceId workspace, UserId owner) throws InterruptedException {
    try {
      lookAtEnd(workspace, owner);
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} is looked at again: {}", workspace, e.getMessage());
    }
  }

  /**
   * Of a workspace whose pod is gone: whether it saved all that it had. What the pod said last is
   * of before its end.
   */
  private void lookAtEnd(WorkspaceId workspace, UserId owner)
      throws IOException, InterruptedException {
    if (!options.pods().isGone(workspace)) return;
    var lost = points.unreleased(workspace, owner);
    var newest = points.newest(workspace, owner, Optional.empty()).flatMap(SaveId::parse);
    var since =
        newest.map(id -> "since %s".formatted(id.began())).orElse("in it, as nothing was saved");
    var trouble =
        lost.map(_ ->
            "Its pod ended without a last save, so what was changed %s is lost.".formatted(since));
    synchronized (this) {
      if (trouble.isEmpty()) heard.remove(workspace);
      else {
        var status =
            new PodDoor.Status(
                true, newest.map(SaveId::began), trouble, ToldNotices.NONE, List.of());
        heard.put(workspace, new Heard(owner, status, clock.instant()));
      }
    }
  }

  /** One that does not answer saves nothing, as far as can be known. */
  private void ask(WorkspaceId workspace, UserId owner, PodClient.Door door)
      throws InterruptedException {
    try {
      heard(workspace, owner, client.status(door));
    } catch (IOException | RuntimeException e) {
      var why =
          "The container that saves it does not answer (%s); its log: kubectl logs %s -c content."
              .formatted(e.getMessage(), workspace);
      heard(
          workspace,
          owner,
          new PodDoor.Status(
              true, Optional.empty(), Optional.of(why), ToldNotices.NONE, List.of()));
    }
  }

  private synchronized void heard(WorkspaceId workspace, UserId owner, PodDoor.Status status) {
    for (var deed : told.news(workspace, status.deeds())) {
      options.counts().count(deed);
      boolean made = deed.kind() == Deed.Kind.SAVE && deed.outcome() == Deed.Outcome.DONE;
      if (made) isToThin(workspace);
    }
    heard.put(workspace, new Heard(owner, status, clock.instant()));
  }

  private synchronized Set<UserId> toPrune() {
    long now = System.nanoTime();
    var due = new HashSet<UserId>();
    pruneNanos.forEach((owner, at) -> {
      if (at - now <= 0) due.add(owner);
    });
    pruneNanos.keySet().removeAll(due);
    return due;
  }

  private void prune(UserId owner) throws InterruptedException {
    boolean more = false;
    try {
      more = points.prune(owner, PRUNE_GRACE);
    } catch (IOException | RuntimeException e) {
      LOG.warn("what no snapshot of {} needs is not deleted yet: {}", owner, e.getMessage(), e);
      more = true;
    }
    if (!more) return;
    synchronized (this) {
      pruneNanos.putIfAbsent(owner, System.nanoTime() + PRUNE_GRACE.toNanos());
    }
  }

  // ---- what is asked

  @Override
  public void hold(Holds all) {
    points.hold(all);
  }

  @Override
  public boolean isHeld(Seed seed, UserId owner) throws InterruptedException {
    return points.isHeld(seed, owner);
  }

  @Override
  public Point save(WorkspaceId workspace, UserId owner) throws InterruptedException {
    var door = options.pods().door(workspace);
    if (door.isPresent()) {
      try {
        client.save(door.get(), SAVE_LONGEST);
      } catch (IOException e) {
        throw new Problem.Unavailable(
            "The pod of %s did not save: %s.".formatted(workspace, e.getMessage()),
            "Try again; its log says more: kubectl logs %s -c content.".formatted(workspace),
            e);
      }
    } else {
      try {
        lookAtEnd(workspace, owner);
      } catch (IOException e) {
        throw points.unreadable(workspace, e);
      }
    }
    return points.newest(workspace, owner);
  }

  @Override
  public void keep(WorkspaceId workspace, UserId owner, String point) throws InterruptedException {
    try {
      points.keep(workspace, owner, point);
    } catch (IOException e) {
      throw points.unreadable(workspace, e);
    }
  }

  @Override
  public List<Point> points(WorkspaceId workspace, UserId owner) throws InterruptedException {
    if (!isHeardOf(workspace)) lookBack(workspace, owner); // this server may not have been there
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

  @Override
  public SavedFiles files() {
    return files;
  }

  @Override
  public Proofs proofs() {
    return new MachineProofs(this::repository, new OneCopy(), options.drills(), this::savedUntil);
  }

  /** There is no other than the object store's. */
  private final class OneCopy implements MachineProofs.Copies {
    @Override
    public Repository unkept(UserId owner, Consumer<String> healed)
        throws IOException, InterruptedException {
      return repository(owner);
    }

    @Override
    public void compare() {
      // with what?
    }

    @Override
    public void healAfar(UserId owner, Consumer<String> healed) {
      throw new Problem.Invalid(
          "On a cluster what is saved is in the object store only.", "Check without --bucket.");
    }
  }

  /** When the last save began that its pod told of. */
  private synchronized Instant savedUntil(WorkspaceId workspace, Instant newestPoint) {
    var last = heard.get(workspace);
    if (last != null) return last.status().saved().orElse(newestPoint);
    return ran.containsKey(workspace) ? newestPoint : clock.instant();
  }

  @Override
  public void forget(WorkspaceId workspace, UserId owner) {
    synchronized (this) {
      ran.remove(workspace);
      heard.remove(workspace);
      told.forget(workspace);
      thinNanos.remove(workspace);
      pruneNanos.put(owner, System.nanoTime()); // nothing of it shall stay
    }
    try {
      points.forget(workspace, owner);
    } catch (IOException e) {
      throw points.unreadable(workspace, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized Optional<String> trouble(WorkspaceId workspace) {
    return Optional.ofNullable(heard.get(workspace)).flatMap(last -> last.status().trouble());
  }

  private synchronized boolean isHeardOf(WorkspaceId workspace) {
    return heard.containsKey(workspace);
  }

  @Override
  public List<Notice> notices(WorkspaceId workspace) {
    var all = new ArrayList<Notice>();
    trouble(workspace)
        .map(words -> Notice.error("The last save failed: " + words))
        .ifPresent(all::add);
    synchronized (this) {
      var last = heard.get(workspace);
      if (last != null) all.addAll(last.status().told().all());
    }
    return List.copyOf(all);
  }

  /** Pods carry what they have by themselves, so nothing waits here. */
  @Override
  public Optional<Store> distant() {
    return Optional.of(
        new Store(options.distant().toString(), 0, 0, Optional.empty(), Optional.empty()));
  }

  @Override
  public void close() {
    thread.interrupt();
    client.close();
    bucket.close();
  }
}
