package dev.berth.node.pod;

import dev.berth.base.Problem;
import dev.berth.base.file.FolderTree;
import dev.berth.base.file.WholeFile;
import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.wrap.Under;
import dev.berth.protocol.Notice;
import dev.berth.runtime.Seed;
import dev.berth.snapshots.format.Finding;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Claims;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.save.Exclusions;
import dev.berth.snapshots.save.Save;
import dev.berth.snapshots.save.Scope;
import dev.berth.snapshots.save.Stack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one workspace in its pod. They lie in {@code files} of a volume that goes with the
 * pod, and are saved straight to the object store: the volume is the copy that waits where the
 * store is away. Of two pods that believe to have the same workspace the one that came last has it;
 * what the other one has is kept as a point to go back to.
 */
public final class PodContent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodContent.class);

  /** In the volume and in snapshots: /workspace. */
  public static final String FILES = "files";

  /** In snapshots of a machine: what was changed elsewhere. */
  private static final String UPPER = "upper";

  /** What owners read of what could not be restored. */
  private static final int MOST_NOTICES = 20;

  /** In the volume: says whose files are there whole. */
  private static final String RESTORED = "restored";

  /** Who works in a workspace, as on one machine: gitpod of the default image. */
  private static final int USER = 33333;

  /** A restore is waited for. */
  private static final int RESTORE_THREADS = 4;

  /** One reads folders, one files: more would not be of low priority any more. */
  private static final int SAVE_THREADS = 1;

  /** A save may take a tenth of the time at most, and none waits longer than two minutes for it. */
  private static final int SHARE = 10;

  private static final Duration PAUSE_MOST = Duration.ofMinutes(2);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

  /** What is known of the files. */
  public sealed interface State {
    /** They are being brought. */
    record Restoring(Optional<String> trouble) implements State {}

    /**
     * They are there.
     *
     * @param saved when the last save began that came to its end
     * @param trouble why the last save failed
     */
    record Serving(Optional<Instant> saved, Optional<String> trouble) implements State {}

    /** Another pod has the workspace; what was here is kept as {@code point}, where any was. */
    record Superseded(String by, Optional<String> point) implements State {}

    /** The workspace was deleted, and this pod with it, though nobody could tell it. */
    record Forgotten() implements State {}
  }

  private final Path volume;
  private final ObjectStore store;
  private final PodOrder order;
  private final Clock clock;
  private final Scope scope;
  private final Thread thread = Thread.ofPlatform().name("saves").daemon().unstarted(this::saveAll);

  private final CountDownLatch ending = new CountDownLatch(1);
  private volatile State state = new State.Restoring(Optional.empty());
  private volatile Optional<Integer> claim = Optional.empty();

  /** The claim of a pod that has none of the files yet, or not all. */
  private volatile Optional<Integer> early = Optional.empty();

  private volatile List<Notice> notices = List.of();

  private volatile List<Deed> deeds = List.of();

  /**
   * The files that are to lie in {@code volume}.
   *
   * @param store has the repositories of all owners
   */
  public PodContent(Path volume, ObjectStore store, PodOrder order, Clock clock) {
    this.volume = volume;
    this.store = store;
    this.order = order;
    this.clock = clock;
    this.scope =
        Scope.of(
            Stream.of(FILES),
            Stream.of(),
            new Exclusions(order.exclude(), Set.of(Name.of(FILES)), order.largestFileBytes()));
  }

  public State state() {
    return state;
  }

  /** What its owner should know of what was restored. */
  List<Notice> notices() {
    return notices;
  }

  /** What was done last, for who counts. */
  List<Deed> deeds() {
    return deeds;
  }

  private synchronized void did(Deed.Kind kind, Deed.Outcome outcome, long beganNanos, long bytes) {
    long millis = (System.nanoTime() - beganNanos) / 1_000_000;
    var all = new ArrayList<>(deeds);
    all.add(new Deed(kind, outcome, clock.instant(), millis, bytes));
    deeds = List.copyOf(all.subList(Math.max(0, all.size() - PodDoor.MOST_DEEDS), all.size()));
  }

  boolean isToken(String shown) {
    return MessageDigest.isEqual(
        shown.getBytes(StandardCharsets.UTF_8), order.token().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Brings the files, which takes as long as the store is away, and begins to save them. Where this
   * container was started again in its pod they are there, whatever the store does.
   */
  public void begin() throws InterruptedException {
    try {
      claim = claimed();
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The volume %s cannot be read: %s.".formatted(volume, e.getMessage()),
          "Start the workspace again; its newest saved moment is brought then.",
          e);
    }
    while (claim.isEmpty()) {
      try {
        claim = Optional.of(restore());
      } catch (IOException | Problem.Unavailable e) {
        LOG.warn("the files are not there yet, which is tried again: {}", words(e));
        state = new State.Restoring(Optional.of(words(e)));
        Thread.sleep(AFTER_FAILURE);
      }
    }
    state = new State.Serving(Optional.empty(), Optional.empty());
    thread.start();
  }

  /**
   * The claim by which this pod has the files; empty where they are not there whole. It is made
   * once for a pod: one that came back must not claim what another has meanwhile.
   */
  private Optional<Integer> claimed() throws IOException {
    if (!Files.exists(marker())) return Optional.empty();
    return Optional.of(Integer.parseInt(Files.readString(marker()).strip()));
  }

  private int restore() throws IOException, InterruptedException {
    var repository = repository();
    int number = claims(repository).make(order.instance().toString(), clock.instant()).number();
    early = Optional.of(number);
    var files = volume.resolve(FILES);
    new FolderTree(files).remove(); // what an earlier try began
    if (!newest(files)) lay(seed(repository), repository, files);
    if (!Files.isDirectory(files)) give(Files.createDirectories(files));
    WholeFile.write(marker(), List.of(Integer.toString(number)));
    return number;
  }

  /** An empty /workspace is its user's. */
  private static void give(Path files) throws IOException {
    Files.setAttribute(files, "unix:uid", USER);
    Files.setAttribute(files, "unix:gid", USER);
  }

  private void lay(Optional<Snapshot> seed, Repository repository, Path files)
      throws IOException, InterruptedException {
    if (seed.isPresent()) bring(seed.get(), repository, files);
  }

  /** Brings what was saved last into {@code folder}; false where nothing was. */
  boolean newest(Path folder) throws IOException, InterruptedException {
    var repository = repository();
    var newest = repository.newest(order.workspace().value());
    if (newest.isEmpty() || !bring(newest.get(), repository, folder)) return false;
    if (new Restore(repository, RESTORE_THREADS).hasAny(newest.get(), Name.of(UPPER))) {
      // The next save has it no more.
      repository.keep(order.workspace().value(), newest.get().id());
      notice(
          Notice.warning(
              "What was changed outside of /workspace, home and installed packages, is not shown on a cluster; it is in the saved moment %s, which stays."
                  .formatted(newest.get().id().text())));
    }
    return true;
  }

  private boolean bring(Snapshot snapshot, Repository repository, Path folder)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    var findings = brought(snapshot, repository, folder, began);
    findings.orElse(List.of()).stream()
        .limit(MOST_NOTICES)
        .forEach(finding -> notice(Notice.error("Not restored: " + words(finding))));
    return findings.isPresent();
  }

  private Optional<List<Finding>> brought(
      Snapshot snapshot, Repository repository, Path folder, long began)
      throws IOException, InterruptedException {
    try {
      var findings = new Restore(repository, RESTORE_THREADS).run(snapshot, Name.of(FILES), folder);
      did(Deed.Kind.RESTORE, Deed.Outcome.DONE, began, snapshot.totals().bytes());
      return findings;
    } catch (IOException | RuntimeException e) {
      did(Deed.Kind.RESTORE, Deed.Outcome.FAILED, began, 0);
      throw e;
    }
  }

  private void notice(Notice notice) {
    LOG.info("{}: {}", order.workspace(), notice.text());
    var more = new ArrayList<>(notices);
    more.add(notice);
    notices = List.copyOf(more);
  }

  private Optional<Snapshot> seed(Repository repository) throws IOException, InterruptedException {
    if (order.seed().isEmpty()) return Optional.empty();
    var seed = order.seed().get();
    try {
      return Optional.of(find(repository, seed));
    } catch (Problem.Missing gone) {
      if (!seed.dispensable()) throw gone;
      LOG.info("{} begins with a clone: {}", order.workspace(), gone.what());
      return Optional.empty();
    }
  }

  private static Snapshot find(Repository repository, Seed seed)
      throws IOException, InterruptedException {
    return repository.find(seed.workspace().value(), new SaveId(seed.point()));
  }

  private Path marker() {
    return volume.resolve(RESTORED);
  }

  private Repository repository() throws IOException, InterruptedException {
    return Repository.open(
        new Under(store, new ObjectName(order.owner().toString())),
        OwnerKeys.ofOwner(HexFormat.of().parseHex(order.ownerKey())));
  }

  private Claims claims(Repository repository) {
    return new Claims(repository, order.workspace().value());
  }

  private void saveAll() {
    try (var posix = new Posix()) {
      posix.goLast();
    } catch (IOException e) {
      LOG.info("saves have no lower priority: {}", e.getMessage());
    }
    try {
      long every = order.every().toMillis();
      long pause = every;
      while (!isOver() && !ending.await(pause, TimeUnit.MILLISECONDS)) {
        long began = System.nanoTime();
        boolean done = attempt();
        long took = (System.nanoTime() - began) / 1_000_000;
        long usual = Math.max(every, Math.min(SHARE * took, PAUSE_MOST.toMillis()));
        pause = done ? usual : Math.min(usual, AFTER_FAILURE.toMillis());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody does
    }
  }

  /** Whether nothing that is here is saved any more. */
  private boolean isOver() {
    return state instanceof State.Superseded || state instanceof State.Forgotten;
  }

  /** False where it is to be tried again. */
  private boolean attempt() throws InterruptedException {
    long began = System.nanoTime();
    try {
      save();
      return true;
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) { // an Error too: the next save may find less to do
      LOG.warn("{} is not saved, which is tried again: {}", order.workspace(), words(e), e);
      did(Deed.Kind.SAVE, Deed.Outcome.FAILED, began, 0);
      if (state instanceof State.Serving(var saved, _)) {
        state = new State.Serving(saved, Optional.of(words(e)));
      }
      return false;
    }
  }

  /** Saves now; the newest point, which is an old one where nothing changed. */
  public synchronized Optional<String> save() throws IOException, InterruptedException {
    if (state instanceof State.Superseded(_, var point)) return point;
    if (state instanceof State.Forgotten) return Optional.empty();
    if (!(state instanceof State.Serving)) {
      throw new Problem.Conflict("The files are not there yet.", "Try again when it runs.");
    }
    var repository = repository();
    var successor = claims(repository).after(claim.orElseThrow());
    if (successor.isPresent()) return superseded(repository, successor.get());
    if (!claims(repository).has(claim.orElseThrow())) return forgotten();
    var began = clock.instant();
    var made = save(repository, notBefore(repository));
    state = new State.Serving(Optional.of(began), Optional.empty());
    var newest = made.isPresent() ? made : repository.newest(order.workspace().value());
    return newest.map(snapshot -> snapshot.id().text());
  }

  /**
   * Points sort by their time, and the pod before this one may have run on a node whose clock is
   * ahead.
   */
  private Clock notBefore(Repository repository) throws IOException, InterruptedException {
    var ids = repository.ids(order.workspace().value());
    if (ids.isEmpty() || ids.getLast().began().isBefore(clock.instant())) return clock;
    return Clock.fixed(ids.getLast().began().plusMillis(1), clock.getZone());
  }

  private Optional<Snapshot> save(Repository repository, Clock clock)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    var saved =
        new Save(repository, clock, SAVE_THREADS, scope)
            .runIfChanged(Stack.of(volume), order.workspace().value(), origin(repository));
    did(
        Deed.Kind.SAVE,
        saved.isPresent() ? Deed.Outcome.DONE : Deed.Outcome.UNCHANGED,
        began,
        saved.map(made -> made.totals().newBytes()).orElse(0L));
    saved.ifPresent(
        one -> one.findings().forEach(finding -> LOG.info("not kept: {}", words(finding))));
    return saved;
  }

  /** What it began as; perhaps no more there. */
  private Optional<Snapshot> origin(Repository repository)
      throws IOException, InterruptedException {
    try {
      return order.seed().isEmpty()
          ? Optional.empty()
          : Optional.of(find(repository, order.seed().get()));
    } catch (Problem.Missing _) {
      return Optional.empty();
    }
  }

  /** What is here is older than what the successor makes, and stays. */
  private Optional<String> superseded(Repository repository, Claims.Claim by)
      throws IOException, InterruptedException {
    var before = Clock.fixed(by.at().minusMillis(1), clock.getZone());
    var made = save(repository, before);
    if (made.isPresent()) repository.keep(order.workspace().value(), made.get().id());
    var point = made.map(snapshot -> snapshot.id().text());
    LOG.warn(
        "{} runs as {} elsewhere; what was here is the point {}",
        order.workspace(),
        by.writer(),
        point.orElse("that it began with"));
    state = new State.Superseded(by.writer(), point);
    return point;
  }

  /** Whoever deletes a workspace removes its claims first. */
  private Optional<String> forgotten() {
    LOG.warn("{} was deleted; what is here is not saved any more", order.workspace());
    state = new State.Forgotten();
    return Optional.empty();
  }

  /** Tells whoever looks that nothing is missing; without it a last save that came would not do. */
  private void release() throws InterruptedException {
    if (!(state instanceof State.Serving)) return;
    release(claim.orElseThrow());
  }

  /** Nobody has worked on what is here; what the pod before this one left unsaved stays so. */
  private void releaseUnused() throws InterruptedException {
    if (early.isEmpty()) return;
    try {
      var before = claims(repository()).before(early.get());
      if (before.filter(Claims.Claim::isOpen).isEmpty()) release(early.get());
    } catch (IOException | Problem e) {
      LOG.warn("{} did not begin, and is not said to be: {}", order.workspace(), words(e));
    }
  }

  private void release(int mine) throws InterruptedException {
    try {
      claims(repository()).release(mine, clock.instant());
    } catch (IOException | Problem e) {
      LOG.warn("{} is saved, but not said to be: {}", order.workspace(), words(e));
    }
  }

  private static String words(Throwable e) {
    return e instanceof Problem problem ? problem.words() : String.valueOf(e.getMessage());
  }

  private static String words(Finding finding) {
    return "%s: %s".formatted(finding.path(), finding.text());
  }

  /** Saves once more, which is tried until it is done or this program is killed. */
  @Override
  public void close() {
    ending.countDown(); // a save that goes on comes to its end
    try {
      thread.join();
      if (state instanceof State.Restoring) {
        releaseUnused();
        return;
      }
      while (!attempt()) Thread.sleep(AFTER_FAILURE);
      release();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
