package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.control.account.User;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.UserId;
import dev.berth.runtime.WorkspaceSize;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an owner deletes, and has back; with a real database. */
class DeletionTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final UserId OWNER = UserId.create();
  private static final Retention MONTH = new Retention(Duration.ofDays(14), Duration.ofDays(30));

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  private Path folder;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private SqlWorkspaceStore store;

  @SuppressWarnings("NullAway.Init")
  private Workspace made;

  @BeforeEach
  void open() {
    database = Database.embedded(folder.resolve("database"));
    new SqlAccountStore(database).insert(new User(OWNER, "one"), NOON);
    store = new SqlWorkspaceStore(database);
    var state = new Phase.Stopped(NOON, "Nobody used it.");
    var fresh = Samples.workspace(OWNER, NOON);
    made = fresh.with(fresh.state().wanting(new Intent.Stop("Nobody used it.")).in(state));
    store.insert(made);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Workspaces at(Instant time, Retention retention) {
    var sources =
        new Sources.Settings(
            List.of(), Set.of(), folder.resolve("cache"), Sources.Settings.LONGEST);
    return new Workspaces(
        store,
        Sources.open(sources),
        (_, _) -> Optional.empty(),
        new Sizes(Map.of("standard", new WorkspaceSize(1000, 1L << 30, 100)), "standard"),
        new Changes(),
        _ -> {},
        retention,
        Clock.fixed(time, ZoneOffset.UTC));
  }

  @Test
  void what_was_deleted_is_had_back_until_its_time_is_over_and_not_after() {
    var deleted = at(NOON, MONTH).discard(OWNER, made.id());
    var last = NOON.plus(Duration.ofDays(14));

    assertThat(MONTH.keptUntil(deleted)).contains(last);
    assertThatThrownBy(() -> at(last, MONTH).undelete(OWNER, made.id()))
        .isInstanceOf(Problem.Conflict.class)
        .hasMessageContaining("is being deleted");
    var back = at(last.minusSeconds(1), MONTH).undelete(OWNER, made.id());
    assertThat(back.intent()).isInstanceOf(Intent.Stop.class);
    assertThat(at(last, MONTH).of(OWNER)).extracting(Workspace::id).containsExactly(made.id());
  }

  @Test
  void one_that_was_had_back_counts_as_used_then() {
    at(NOON, MONTH).discard(OWNER, made.id());
    var day = NOON.plus(Duration.ofDays(10));

    at(day, MONTH).undelete(OWNER, made.id());

    assertThat(MONTH.unusedAt(store.find(made.id()).orElseThrow()))
        .contains(day.plus(Duration.ofDays(30)));
  }

  @Test
  void where_nothing_is_kept_and_of_prebuilds_a_deletion_is_for_good() {
    var prebuild = Samples.headless(Samples.workspace(OWNER, NOON));
    store.insert(prebuild);

    assertThat(at(NOON, MONTH).discard(OWNER, prebuild.id()).intent())
        .isEqualTo(new Intent.Delete());
    var nothing = new Retention(Duration.ZERO, Duration.ZERO);
    assertThat(at(NOON, nothing).discard(OWNER, made.id()).intent()).isEqualTo(new Intent.Delete());
    assertThatThrownBy(() -> at(NOON, nothing).undelete(OWNER, made.id()))
        .isInstanceOf(Problem.Conflict.class);
  }

  @Test
  void one_that_was_deleted_is_deleted_for_good_when_that_is_asked_for() {
    var workspaces = at(NOON, MONTH);
    workspaces.discard(OWNER, made.id());

    assertThat(workspaces.delete(OWNER, made.id()).intent()).isEqualTo(new Intent.Delete());

    // And no longer kept, whatever is asked after.
    assertThat(workspaces.discard(OWNER, made.id()).intent()).isEqualTo(new Intent.Delete());
    assertThat(workspaces.deletedOf(OWNER)).isEmpty();
  }

  @Test
  void the_last_one_that_was_deleted_is_listed_first() {
    var other = Samples.workspace(OWNER, NOON.plusSeconds(1));
    store.insert(other);
    at(NOON.plusSeconds(5), MONTH).discard(OWNER, other.id());
    at(NOON.plusSeconds(9), MONTH).discard(OWNER, made.id());

    assertThat(at(NOON, MONTH).deletedOf(OWNER))
        .extracting(Workspace::id)
        .containsExactly(made.id(), other.id());
    assertThat(at(NOON, MONTH).of(OWNER)).isEmpty();
    assertThat(at(NOON, MONTH).ofContext(OWNER, made.plan().contextUrl())).isEmpty();
  }
}
