package dev.berth.objects.journal;

import dev.berth.base.process.Beside;
import dev.berth.base.process.Turns;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.folder.FolderStore;
import dev.berth.objects.journal.Ledger.Step;
import dev.berth.objects.wrap.Limited;
import dev.berth.objects.wrap.Patience;
import dev.berth.objects.wrap.Retrying;
import dev.berth.objects.wrap.Under;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does at the distant store what the ledger says, on a thread of its own, as long as it takes. */
final class Carrier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Carrier.class);

  /** Each has an object in memory, and shares the line with whoever works. */
  private static final int SIDE_BY_SIDE = 2;

  /** With those that are fetched while somebody waits. */
  private static final int CALLS = 8;

  /** What a comparison is of. */
  private static final String ALL = "all";

  /** What answers now and then; longer troubles are waited for here. */
  private static final Patience SHORT =
      new Patience(3, Duration.ofMillis(200), Duration.ofSeconds(2));

  private final FolderStore here;
  private final Journaled.Distant distant;
  private final Ledger ledger;
  private final Journaled.Pace pace;
  private final Thread thread;
  private final Healing healing;

  /** All of the distant store, once it is opened; what stands before it. */
  private Optional<ObjectStore> opened = Optional.empty();

  private Optional<ObjectStore> whole = Optional.empty();

  private final Failures comparing;

  /** By owner. */
  private final Failures carrying;

  private boolean hurried;

  /** Comparisons that somebody asked for, the last of them that was tried, and that was done. */
  private long wanted;

  private long tried;
  private long compared;
  private boolean closed;

  /**
   * @param changing in which an object here is deleted
   */
  Carrier(
      FolderStore here,
      Journaled.Distant distant,
      Ledger ledger,
      Turns<ObjectName> changing,
      Journaled.Pace pace) {
    this.here = here;
    this.distant = distant;
    this.ledger = ledger;
    this.pace = pace;
    this.comparing = new Failures(pace);
    this.carrying = new Failures(pace);
    this.healing = new Healing(here, this::distant, distant.soundness(), changing);
    this.thread = Thread.ofPlatform().name("carrier").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Why something could not be done when it was tried last: of all, else of one owner. */
  Optional<String> trouble() {
    return comparing.words().or(carrying::words);
  }

  /** Somebody waits for it. */
  synchronized void hurry() {
    hurried = true;
    notifyAll();
  }

  /** What heals objects here. */
  Healing healing() {
    return healing;
  }

  /** Lets all be compared now, and waits for that at most {@code patience}; whether it was. */
  synchronized boolean compareNow(Duration patience) throws InterruptedException {
    long mine = ++wanted;
    hurry();
    ledger.wake();
    long until = System.nanoTime() + patience.toNanos();
    for (long left = patience.toMillis();
        tried < mine && !closed && left > 0;
        left = (until - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
    return compared >= mine;
  }

  private synchronized long wanted() {
    return wanted;
  }

  private synchronized boolean isTried(long which) {
    return tried >= which;
  }

  private synchronized void tried(long which, boolean done) {
    tried = which;
    if (done) compared = which;
    notifyAll();
  }

  /** Our folder of the distant store. */
  ObjectStore distant() {
    return new Under(whole(), distant.folder());
  }

  private synchronized ObjectStore whole() {
    if (whole.isEmpty()) {
      var store = distant.opening().get();
      opened = Optional.of(store);
      whole = Optional.of(new Retrying(new Limited(store, CALLS), SHORT));
    }
    return whole.get();
  }

  // ---- the carrying thread

  private void run() {
    try {
      begin();
      var nextListing = System.nanoTime();
      while (!isClosed()) {
        long asked = wanted();
        boolean due = System.nanoTime() >= nextListing && comparing.resting().isEmpty();
        if ((due || !isTried(asked)) && tryToCompare(asked)) {
          nextListing = System.nanoTime() + pace.listing().toNanos();
        }
        tryToCarry(Duration.ofNanos(Math.max(0, nextListing - System.nanoTime())));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private synchronized void begin() throws InterruptedException {
    long until = System.nanoTime() + pace.start().toNanos();
    for (long left = pace.start().toMillis();
        !hurried && left > 0;
        left = (until - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** That it fails keeps nothing from being carried. */
  private boolean tryToCompare(long asked) throws InterruptedException {
    boolean done = false;
    try {
      compare();
      comparing.succeeded(ALL);
      done = true;
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) { // after an Error, too, the next is to be tried
      if (!isClosed()) comparing.failed(ALL, e); // else it was broken off
    } finally {
      tried(asked, done);
    }
    return done;
  }

  /** The next steps of one owner who is not to wait; waits for them until the next listing. */
  private void tryToCarry(Duration untilListing) throws InterruptedException {
    var owners = ledger.owners();
    carrying.retain(owners);
    var resting = carrying.resting();
    // What was never listed may be another's: nothing goes there before.
    boolean known = ledger.isKnown(Duration.ZERO);
    var patience = comparing.rest(carrying.rest(listingPause(untilListing)));
    var steps = ledger.next(SIDE_BY_SIDE, patience, known ? resting : owners);
    if (steps.isEmpty()) return;
    var owner = Queues.owner(steps.getFirst());
    try {
      carry(steps);
      carrying.succeeded(owner);
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) { // after an Error, too, the next step is to be tried
      if (!isClosed()) carrying.failed(owner, e); // else it was broken off
    }
  }

  /** One that is overdue waits for its own turn after a failure. */
  private Duration listingPause(Duration untilListing) {
    return untilListing.isZero() ? pace.longest() : untilListing;
  }

  private void carry(List<Step> steps) throws IOException, InterruptedException {
    if (steps.size() == 1) {
      carry(steps.getFirst());
      return;
    }
    var begun = new ArrayList<Beside<Step>>();
    for (var step : steps) {
      begun.add(
          Beside.begin(
              Thread.ofVirtual(),
              () -> {
                carry(step);
                return step;
              }));
    }
    Beside.endOf(begun); // all: none may go on when its step is tried again
  }

  private void carry(Step step) throws IOException, InterruptedException {
    switch (step) {
      case Step.Put put -> put(put);
      case Step.Delete delete -> {
        distant().delete(delete.name());
        ledger.done(delete);
      }
    }
  }

  /** What is wrong with a single object is told, and keeps no other from being carried. */
  private void put(Step.Put put) throws IOException, InterruptedException {
    var trouble = tryPut(put);
    if (trouble.isPresent() && healing.heal(put.name())) trouble = tryPut(put);
    trouble.ifPresent(why -> setAside(put, why));
  }

  /** Why it cannot be carried; empty where it was. */
  private Optional<String> tryPut(Step.Put put) throws IOException, InterruptedException {
    Optional<byte[]> bytes;
    try {
      bytes = here.read(put.name());
    } catch (ClosedByInterruptException e) {
      throw e; // closing
    } catch (IOException e) {
      return Optional.of("cannot be read from this machine's disk (%s)".formatted(e.getMessage()));
    }
    if (bytes.isPresent()) {
      if (!distant.soundness().isSound(put.name(), bytes.get())) {
        return Optional.of("is damaged on this machine's disk");
      }
      if (!isThere(put.name(), bytes.get())) {
        return Optional.of(
            "is there with other bytes: somebody else writes to the object store, where each"
                + " installation must have a prefix of its own");
      }
    }
    ledger.done(put); // or its writer was killed before it was here, or it was deleted
    return Optional.empty();
  }

  private void setAside(Step.Put put, String why) {
    var words =
        "%s %s, and is not carried.".formatted(distant.folder().with(put.name().text()), why);
    LOG.error("{}", words);
    ledger.setAside(put, words);
  }

  /** Writes it, also over what is damaged there; whether just these bytes are there then. */
  private boolean isThere(ObjectName name, byte[] bytes) throws IOException, InterruptedException {
    if (distant().putIfAbsent(name, ByteBuffer.wrap(bytes))) return true;
    var there = distant().read(name);
    if (there.isPresent() && Arrays.equals(there.get(), bytes)) return true;
    if (there.isPresent() && distant.soundness().isSound(name, there.get())) return false;
    LOG.warn("{} is damaged in the object store, and is sent there once more", name);
    distant().delete(name);
    return distant().putIfAbsent(name, ByteBuffer.wrap(bytes));
  }

  /**
   * Looks at all that is there: what is here only, or is there in another size, is carried (again);
   * what is there only is known from then on.
   */
  private void compare() throws IOException, InterruptedException {
    ledger.beginListing();
    ledger.tryAside();
    var there = new HashMap<ObjectName, ObjectInfo>();
    int prefix = distant.folder().text().length() + 1;
    Listing.each(
        whole(),
        distant.folder(),
        object -> {
          var name = new ObjectName(object.name().text().substring(prefix));
          there.put(name, new ObjectInfo(name, object.sizeBytes(), object.written()));
        });
    for (var owner : here.folders()) {
      Listing.each(
          here,
          owner,
          object -> {
            var twin = Optional.ofNullable(there.remove(object.name()));
            if (twin.filter(is -> is.sizeBytes() == object.sizeBytes()).isEmpty()) {
              ledger.putAgain(object);
            }
          });
    }
    ledger.learn(there);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      opened.ifPresent(ObjectStore::close);
    }
  }
}
