package dev.berth.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.process.Command;
import dev.berth.control.lead.Fence;
import dev.berth.control.lead.Leadership;
import dev.berth.control.lead.LeaseStore;
import dev.berth.control.lead.LeaseStore.Holder;
import dev.berth.control.lead.Standing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Several controls over one real MariaDB, of which one leads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LeadershipTest {
  /**
   * Five times as short a lease as usual, of which a busy test machine may stop this process for
   * near a second: between two renewals as well as between letting go and the end.
   */
  private static final Leadership.Times TIMES =
      new Leadership.Times(
          Duration.ofSeconds(2),
          Duration.ofMillis(200),
          Duration.ofMillis(900),
          Duration.ofMillis(50));

  /** As those, but for a lease that is over by itself only after each wait of these tests. */
  private static final Leadership.Times LONG =
      new Leadership.Times(
          Duration.ofMinutes(2),
          Duration.ofMillis(600),
          Duration.ofMillis(400),
          Duration.ofMillis(50));

  private static final Holder ONE = new Holder("one", "10.0.0.1:8484");
  private static final Holder TWO = new Holder("two", "10.0.0.2:8484");

  @SuppressWarnings("NullAway.Init") // set before all tests
  private MariaDbServer server;

  @SuppressWarnings("NullAway.Init")
  private Database database;

  private final List<Contender> contenders = new CopyOnWriteArrayList<>();

  /** One who leads when he may, and counts. */
  private final class Contender {
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger over = new AtomicInteger();
    final AtomicInteger tooLate = new AtomicInteger();
    final CountDownLatch closing = new CountDownLatch(1);
    final List<Fence> fences = new CopyOnWriteArrayList<>();
    final Leadership leadership;

    Contender(Holder holder, LeaseStore store, boolean hangs) {
      this(holder, store, TIMES, hangs);
    }

    Contender(Holder holder, LeaseStore store, Leadership.Times times, boolean hangs) {
      leadership = new Leadership(store, holder, times, tooLate::incrementAndGet);
      contenders.add(this);
      leadership.run(fence -> {
        fences.add(fence);
        begun.incrementAndGet();
        return () -> {
          if (hangs) closing.await();
          over.incrementAndGet();
        };
      });
    }

    boolean leads() {
      return leadership.standing() instanceof Standing.Leads;
    }
  }

  private Contender contender(Holder holder) {
    return contender(holder, TIMES);
  }

  private Contender contender(Holder holder, Leadership.Times times) {
    return new Contender(holder, new SqlLeaseStore(database), times, false);
  }

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    server = MariaDbServer.start(folder);
    database = server.open();
  }

  @AfterAll
  void close() {
    database.close();
    server.close();
  }

  @BeforeEach
  void nobodyHasIt() {
    database
        .leases()
        .useHandle(handle -> handle.execute("UPDATE lease SET held_until = '2000-01-01'"));
  }

  @AfterEach
  void closeThem() {
    contenders.forEach(one -> one.closing.countDown());
    contenders.forEach(one -> one.leadership.close());
    contenders.clear();
  }

  @Test
  void of_many_who_ask_at_once_one_gets_it_and_renews_it() throws Exception {
    var store = new SqlLeaseStore(database);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries =
          IntStream.range(0, 20)
              .mapToObj(n -> new Holder("holder" + n, "a:" + n))
              .map(holder -> threads.submit(() -> store.take(holder, Duration.ofMinutes(1))))
              .toList();
      int taken = 0;
      for (var one : tries) taken += one.get() ? 1 : 0;
      assertThat(taken).isEqualTo(1);
    }
    var holder = store.holder().orElseThrow();
    assertThat(store.take(holder, Duration.ofMinutes(1))).isTrue();
    assertThat(store.take(ONE, Duration.ofMinutes(1))).isFalse();
    store.giveBack(ONE);
    assertThat(store.holder()).contains(holder);
    store.giveBack(holder);
    assertThat(store.holder()).isEmpty();
    assertThat(store.take(ONE, Duration.ofMinutes(1))).isTrue();
  }

  @Test
  void it_is_known_since_when_somebody_has_it_without_a_break() throws Exception {
    var store = new SqlLeaseStore(database);
    var length = Duration.ofMinutes(1);
    assertThat(store.held()).isEmpty();
    store.take(ONE, length);
    var first = store.held().orElseThrow();
    await()
        .until(() ->
            store.take(ONE, length) && store.held().orElseThrow().until().isAfter(first.until()));
    assertThat(store.held().orElseThrow().since()).isPresent().isEqualTo(first.since());
    assertThat(first.holder()).isEqualTo(ONE);

    store.giveBack(ONE);
    store.take(ONE, length);

    assertThat(store.held().orElseThrow().since().orElseThrow())
        .isAfter(first.since().orElseThrow());
  }

  @Test
  void one_that_is_over_is_anybodys() {
    var store = new SqlLeaseStore(database);
    assertThat(store.take(ONE, Duration.ofMillis(300))).isTrue();

    await().until(() -> store.take(TWO, Duration.ofMinutes(1)));
    assertThat(store.take(ONE, Duration.ofMinutes(1))).isFalse();
  }

  @Test
  void the_other_leads_as_soon_as_the_first_has_closed() {
    var one = contender(ONE, LONG);
    await().until(one::leads);
    var two = contender(TWO, LONG);
    await().until(() -> two.leadership.standing().equals(new Standing.StandsBy(Optional.of(ONE))));

    one.leadership.close();

    assertThat(one.over).hasValue(1);
    assertThat(one.fences.getFirst().holds()).isFalse();
    await().until(two::leads);
    assertThat(two.leadership.leader()).contains(TWO);
    assertThat(one.tooLate).hasValue(0);
  }

  @Test
  void never_do_two_lead_also_where_the_first_cannot_reach_the_database() throws Exception {
    var broken = new BreakableLeases(new SqlLeaseStore(database));
    var one = new Contender(ONE, broken, false);
    await().until(one::leads);
    var two = contender(TWO);

    broken.isBroken = true;

    // The fence falls before the lease is over in the database, and all is closed by then.
    await().until(() -> !two.fences.isEmpty());
    assertThat(one.fences.getFirst().holds()).isFalse();
    assertThat(one.over).hasValue(1);
    assertThat(one.leadership.standing()).isInstanceOf(Standing.Lost.class);
    await().until(two::leads);
    assertThat(one.tooLate).hasValue(0);
    broken.isBroken = false;
    await().until(() -> one.leadership.standing().equals(new Standing.StandsBy(Optional.of(TWO))));
    two.leadership.close();
    await().until(one::leads);
    assertThat(one.begun).hasValue(2);
  }

  @Test
  void a_process_that_cannot_close_in_time_is_ended() {
    var broken = new BreakableLeases(new SqlLeaseStore(database));
    var one = new Contender(ONE, broken, true);
    await().until(one::leads);

    broken.isBroken = true;

    await().until(() -> one.tooLate.get() == 1);
    assertThat(one.fences.getFirst().holds()).isFalse();
    assertThat(one.over).hasValue(0);
  }

  @Test
  void a_database_that_hangs_is_not_waited_for_longer_than_a_lease_allows() throws Exception {
    var one = contender(ONE);
    await().until(one::leads);

    signal("STOP");
    try {
      await().until(() -> one.over.get() == 1);
      // An answer takes as long as a lease, which was asked for before: so that is over by now.
      await().until(() -> one.leadership.standing() instanceof Standing.Lost);
      assertThat(one.tooLate).as("nothing went on").hasValue(0);
    } finally {
      signal("CONT");
    }
    await().until(one::leads);
  }

  @Test
  void one_that_fails_in_a_way_nobody_thought_of_leads_no_more_and_asks_on() {
    var broken = new BreakableLeases(new SqlLeaseStore(database));
    var one = new Contender(ONE, broken, LONG, false);
    await().until(one::leads);

    broken.error = Optional.of(new StackOverflowError("here"));

    await().until(() -> one.over.get() == 1);
    assertThat(one.fences.getFirst().holds()).isFalse();
    assertThat(one.leadership.standing()).isInstanceOf(Standing.Lost.class);
    broken.error = Optional.empty();
    await().until(one::leads);
    assertThat(one.begun).hasValue(2);
    assertThat(one.tooLate).hasValue(0);
  }

  @Test
  void what_cannot_begin_for_an_error_leaves_it_to_the_others() {
    var tries = new AtomicInteger();
    var one = new Leadership(new SqlLeaseStore(database), ONE, LONG, () -> {});
    try (one) {
      one.run(_ -> {
        tries.incrementAndGet();
        throw new NoClassDefFoundError("dev/berth/Absent");
      });
      await().until(() -> tries.get() == 1);
      var two = contender(TWO, LONG);
      await().until(two::leads);
      assertThat(tries).hasValue(1);
    }
  }

  @Test
  void one_that_does_not_come_to_ask_any_more_says_that_it_is_to_be_started_anew() {
    var hanging = new CountDownLatch(1);
    var store =
        new BreakableLeases(new SqlLeaseStore(database)) {
          @Override
          public boolean take(Holder holder, Duration length) {
            try {
              hanging.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return false;
          }
        };
    var one = new Contender(ONE, store, false);
    assertThat(one.leadership.stuck()).isEmpty();
    await().until(() -> one.leadership.stuck().isPresent());
    hanging.countDown();
    await().until(() -> one.leadership.stuck().isEmpty());
  }

  @Test
  void what_a_database_says_of_itself_is_not_for_everybody() {
    var broken = new BreakableLeases(new SqlLeaseStore(database));
    broken.isBroken = true;
    var one = new Contender(ONE, broken, false);

    await().until(() -> one.leadership.standing() instanceof Standing.Lost);
    assertThat(one.leadership.standing())
        .isEqualTo(new Standing.Lost("The database does not answer."));
  }

  private void signal(String name) throws InterruptedException {
    Command.of("kill", "-" + name, Long.toString(server.pid())).orProblem("See it.");
  }

  /** A lease whose database can be away for one of those who want it. */
  private static class BreakableLeases implements LeaseStore {
    private final LeaseStore store;
    private volatile boolean isBroken;
    private volatile Optional<Error> error = Optional.empty();

    BreakableLeases(LeaseStore store) {
      this.store = store;
    }

    private LeaseStore reached() {
      if (error.isPresent()) throw error.get();
      if (isBroken) throw new IllegalStateException("no route to the database");
      return store;
    }

    @Override
    public boolean take(Holder holder, Duration length) {
      return reached().take(holder, length);
    }

    @Override
    public void giveBack(Holder holder) {
      reached().giveBack(holder);
    }

    @Override
    public Optional<Holder> holder() {
      return reached().holder();
    }
  }
}
