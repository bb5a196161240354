package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.control.account.Keys;
import dev.berth.control.account.Settings;
import dev.berth.control.account.User;
import dev.berth.control.account.Vault;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlSettingsStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.CheckView;
import dev.berth.protocol.api.DrillView;
import dev.berth.runtime.FakeSaves;
import dev.berth.runtime.Proofs;
import dev.berth.runtime.Saves;
import dev.berth.runtime.WorkspaceSize;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class InspectionsTest {
  private static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");

  private final User owner = new User(UserId.create(), "Ann");

  /** The same installation, begun anew with each call. */
  private static Inspections begun(Database database, Path folder, Saves saves) {
    var sources =
        new Sources.Settings(List.of(), Set.of(), folder.resolve("git"), Sources.Settings.LONGEST);
    var sizes = Map.of("standard", new WorkspaceSize(1000, 1 << 30, 100));
    var workspaces =
        new Workspaces(
            new SqlWorkspaceStore(database),
            Sources.open(sources),
            (_, _) -> Optional.empty(),
            new Sizes(sizes, "standard"),
            new Changes(),
            _ -> {},
            Retention.DEFAULT,
            Clock.systemUTC());
    var settings = new Settings(new SqlSettingsStore(database), new Vault(new Keys(new byte[32])));
    return new Inspections(workspaces, saves, settings, Clock.systemUTC());
  }

  @Test
  @Timeout(60)
  void what_came_of_the_last_drill_and_check_is_known_after_a_restart(@TempDir Path folder)
      throws Exception {
    WorkspaceId id;
    try (var database = Database.embedded(folder)) {
      new SqlAccountStore(database).insert(owner, Instant.now());
      var workspace = Samples.workspace(owner.id(), Instant.now());
      id = workspace.id();
      new SqlWorkspaceStore(database).insert(workspace);
      var proven = new Proven();
      try (var inspections = begun(database, folder, new FakeSaves(proven))) {
        assertThat(inspections.drill(owner.id())).isEmpty();
        var running = inspections.beginDrill(owner.id(), Optional.of(id));
        assertThat(inspections.beginDrill(owner.id(), Optional.of(id))).isEqualTo(running);
        assertThat(inspections.drill(owner.id())).contains(running);
        proven.mayEnd.countDown();
        inspections.beginCheck(owner.id(), true);
        while (!(inspections.drill(owner.id()).orElseThrow() instanceof DrillView.Done)
            || !(inspections.check(owner.id()).orElseThrow() instanceof CheckView.Done)) {
          Thread.onSpinWait();
        }
      }
    }

    try (var database = Database.embedded(folder);
        var inspections = begun(database, folder, Saves.OFF)) {
      var drill = (DrillView.Done) inspections.drill(owner.id()).orElseThrow();
      assertThat(drill.workspaces())
          .containsExactly(
              new DrillView.Restored(
                  id, "p1", AT, 7000, 1500, 3, 99, List.of("/a: other rights"), 0));
      var check = (CheckView.Done) inspections.check(owner.id()).orElseThrow();
      assertThat(check.damages()).containsExactly(new CheckView.Damage("packs/1", "is too short"));
      assertThat(check.healed()).containsExactly(new CheckView.Damage("packs/2", "whole again"));
      assertThat(inspections.drill(UserId.create())).isEmpty();
    }
  }

  @Test
  @Timeout(60)
  void a_check_that_is_to_read_more_than_the_one_that_goes_on_is_refused(@TempDir Path folder)
      throws Exception {
    try (var database = Database.embedded(folder)) {
      new SqlAccountStore(database).insert(owner, Instant.now());
      var proven = new Proven();
      try (var inspections = begun(database, folder, new FakeSaves(proven))) {
        proven.mayEndCheck.acquire();
        var plain = inspections.beginCheck(owner.id(), false);

        assertThatThrownBy(() -> inspections.beginCheck(owner.id(), true))
            .isInstanceOf(Problem.Conflict.class)
            .hasMessageContaining("does not read the copies");
        assertThat(inspections.beginCheck(owner.id(), false)).isEqualTo(plain);
        proven.mayEndCheck.release();
        while (inspections.check(owner.id()).orElseThrow() instanceof CheckView.Running) {
          Thread.onSpinWait();
        }

        proven.mayEndCheck.acquire();
        var whole = inspections.beginCheck(owner.id(), true);
        assertThat(inspections.beginCheck(owner.id(), false)).isEqualTo(whole);
        proven.mayEndCheck.release();
      }
    }
  }

  @Test
  @Timeout(60)
  void a_drill_that_the_servers_end_broke_off_hides_nothing_that_came_of_the_one_before(
      @TempDir Path folder) throws Exception {
    try (var database = Database.embedded(folder)) {
      new SqlAccountStore(database).insert(owner, Instant.now());
      var workspace = Samples.workspace(owner.id(), Instant.now());
      new SqlWorkspaceStore(database).insert(workspace);
      var before = new DrillView.Done(AT, AT, List.of());
      new Settings(new SqlSettingsStore(database), new Vault(new Keys(new byte[32])))
          .keep(owner.id(), before);
      var proven = new Proven();
      var inspections = begun(database, folder, new FakeSaves(proven));
      inspections.beginDrill(owner.id(), Optional.of(workspace.id()));
      proven.begun.await();
      inspections.close();
      while (inspections.drill(owner.id()).orElseThrow() instanceof DrillView.Running) {
        Thread.onSpinWait();
      }

      assertThat(inspections.drill(owner.id())).contains(before);
      assertThatThrownBy(() ->
              inspections.beginDrill(owner.id(), Optional.of(WorkspaceId.create("octo", "other"))))
          .isInstanceOf(Problem.Missing.class);
    }
  }

  /** Says the same of every workspace, once it may. */
  private static final class Proven implements Proofs {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final Semaphore mayEndCheck = new Semaphore(1);

    @Override
    public Health check(UserId owner, boolean bucket) throws InterruptedException {
      mayEndCheck.acquire();
      mayEndCheck.release();
      var healed = bucket ? List.of(new Damage("packs/2", "whole again")) : List.<Damage>of();
      return new Health(1, 2, List.of(new Damage("packs/1", "is too short")), 0, healed);
    }

    @Override
    public Drill drill(WorkspaceId workspace, UserId owner) throws InterruptedException {
      begun.countDown();
      mayEnd.await();
      return new Drill(
          "p1",
          AT,
          Duration.ofSeconds(7),
          Duration.ofMillis(1500),
          3,
          99,
          List.of("/a: other rights"),
          0);
    }
  }
}
