package dev.berth.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.control.account.User;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.Choices;
import dev.berth.control.workspace.Samples;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.Workspace.Outcome;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.FakeSaves;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeepingTest {
  private final MovedClock clock = new MovedClock();
  private final AtomicInteger tries = new AtomicInteger();
  private final FakeSaves saves = new FakeSaves(this::made);

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private SqlWorkspaceStore store;

  @SuppressWarnings("NullAway.Init")
  private Workspace prebuild;

  @SuppressWarnings("NullAway.Init")
  private Keeping keeping;

  private volatile boolean full;

  /** One whose tasks all ended well. */
  @BeforeEach
  void make_a_prebuild(@TempDir Path folder) {
    database = Database.embedded(folder);
    var owner = new User(UserId.create(), "Ann");
    new SqlAccountStore(database).insert(owner, Instant.now());
    store = new SqlWorkspaceStore(database);
    var stopped =
        new Workspace.State(
            new Intent.Stop("done"),
            new Phase.Stopped(clock.instant(), "done"),
            0,
            List.of(),
            Choices.NONE);
    prebuild =
        Samples.headless(Samples.workspace(owner.id(), clock.instant()))
            .with(stopped.with(Outcome.WELL));
    store.insert(prebuild);
    keeping = new Keeping(store, saves, new Changes(), new Wakeups(), clock);
  }

  @AfterEach
  void close() throws InterruptedException {
    keeping.end();
    database.close();
  }

  private String made(WorkspaceId saved) {
    tries.incrementAndGet();
    if (full) throw new Problem.Unavailable("The disk is full.", "Make room.");
    return "built";
  }

  private Workspace now() {
    return store.find(prebuild.id()).orElseThrow();
  }

  private Outcome outcome() {
    return now().state().outcome().orElseThrow();
  }

  private Optional<String> point() {
    return saves.newest(prebuild.id(), prebuild.owner(), Optional.empty());
  }

  /** As a look does; returns when nothing comes of it any more. */
  private void begin(WorkspaceId id) {
    int before = tries.get();
    await()
        .until(() -> {
          keeping.begin(id, now().state());
          return tries.get() > before;
        });
  }

  @Test
  void what_a_prebuild_made_is_saved_and_noted() {
    begin(prebuild.id());

    await().untilAsserted(() -> assertThat(outcome().point()).isPresent().isEqualTo(point()));
  }

  @Test
  void one_that_cannot_be_saved_now_says_so_and_is_saved_later() {
    full = true;
    begin(prebuild.id());

    await()
        .untilAsserted(() ->
            assertThat(outcome().trouble())
                .hasValueSatisfying(why -> assertThat(why).contains("disk is full", "Make room")));
    for (int i = 0; i < 10; i++) keeping.begin(prebuild.id(), now().state());
    assertThat(outcome().failure()).isEmpty();
    assertThat(tries).hasValue(1); // not as fast as looks come

    full = false;
    clock.move(Duration.ofMinutes(1));
    begin(prebuild.id());

    await()
        .untilAsserted(
            () -> assertThat(outcome()).isEqualTo(new Outcome(Optional.empty(), point())));
  }

  @Test
  void after_a_day_it_is_given_up() {
    full = true;

    await()
        .pollInterval(Duration.ofMillis(10)) // of the thirty tries each takes one at least
        .untilAsserted(() -> {
          clock.move(Duration.ofHours(1));
          keeping.begin(prebuild.id(), now().state());
          assertThat(outcome().failure())
              .hasValueSatisfying(why -> assertThat(why).contains("disk is full"));
        });
    assertThat(tries).hasValue(30);
  }

  @Test
  void at_the_end_nothing_is_begun_any_more() throws Exception {
    keeping.end();

    keeping.begin(prebuild.id(), now().state());

    await().during(Duration.ofMillis(200)).until(() -> tries.get() == 0);
    assertThat(outcome()).isEqualTo(Outcome.WELL);
  }

  @Test
  void one_whose_last_files_were_lost_has_failed() {
    saves.failed(prebuild.id(), "Its pod ended without a last save.");

    keeping.begin(prebuild.id(), now().state());

    await().until(() -> outcome().failure().isPresent());
    assertThat(outcome().failure())
        .hasValueSatisfying(why -> assertThat(why).contains("last save"));
    assertThat(outcome().point()).isEmpty();
  }
}
