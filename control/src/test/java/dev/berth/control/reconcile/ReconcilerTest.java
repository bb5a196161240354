package dev.berth.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.http.Handler;
import dev.berth.base.http.Response;
import dev.berth.base.json.Json;
import dev.berth.base.metrics.Metrics;
import dev.berth.control.account.Keys;
import dev.berth.control.account.Settings;
import dev.berth.control.account.User;
import dev.berth.control.account.Vault;
import dev.berth.control.errand.ErrandDesk;
import dev.berth.control.lead.Fence;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.control.workspace.Addresses;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.LastSeen;
import dev.berth.control.workspace.Retention;
import dev.berth.control.workspace.Samples;
import dev.berth.control.workspace.Sizes;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.WorkspaceStore;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import dev.berth.runtime.Driver;
import dev.berth.runtime.FakeDriver;
import dev.berth.runtime.Observation;
import dev.berth.runtime.Saves;
import dev.berth.runtime.WorkspaceSize;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks one by one, with a real store and a supervisor over a socket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class ReconcilerTest {
  private static final Duration OVER_IDLE = Duration.ofMinutes(31);

  private final Specs specs =
      new Specs(
          new Sizes(Map.of("standard", new WorkspaceSize(2000, 1L << 30, 512)), "standard"),
          new Addresses(URI.create("http://berth.localhost:8433")),
          new Keys(new byte[32]),
          StopPolicy.DEFAULT,
          EditorSource.NONE,
          new Settings(new NoSettings(), new Vault(new Keys(new byte[32]))),
          "");

  @SuppressWarnings("NullAway.Init") // set before all tests
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private WorkspaceStore store;

  @SuppressWarnings("NullAway.Init") // set before each test
  private FakeSupervisor supervisor;

  @SuppressWarnings("NullAway.Init")
  private FakeDriver driver;

  @SuppressWarnings("NullAway.Init")
  private LastSeen lastSeen;

  @SuppressWarnings("NullAway.Init")
  private MovedClock clock;

  private final AtomicLong nanos = new AtomicLong();
  private final Settling settling = new Settling(nanos::get, Duration.ZERO);

  @SuppressWarnings("NullAway.Init")
  private Reconciler reconciler;

  @SuppressWarnings("NullAway.Init")
  private WorkspaceId id;

  @BeforeAll
  void openStore(@TempDir Path folder) {
    database = Database.embedded(folder);
    store = new SqlWorkspaceStore(database);
  }

  @AfterAll
  void closeStore() {
    database.close();
  }

  @BeforeEach
  void begin() {
    supervisor = new FakeSupervisor();
    driver = new FakeDriver(supervisor::at);
    lastSeen = new LastSeen();
    clock = new MovedClock();
    reconciler = reconciler(store, driver, new Wakeups());
    var owner = new User(UserId.create(), "Ann");
    new SqlAccountStore(database).insert(owner, clock.instant());
    var workspace = Samples.workspace(owner.id(), clock.instant());
    store.insert(workspace);
    id = workspace.id();
  }

  @AfterEach
  void end() {
    reconciler.close();
    supervisor.close();
    store.remove(id);
  }

  private Reconciler reconciler(WorkspaceStore store, Driver driver, Wakeups wakeups) {
    return reconciler(store, driver, wakeups, settling, Fence.NONE);
  }

  private final Metrics metrics = new Metrics();

  private Reconciler reconciler(
      WorkspaceStore store, Driver driver, Wakeups wakeups, Settling settling, Fence fence) {
    var changes = new Changes();
    return new Reconciler(
        store,
        driver,
        Saves.OFF,
        specs,
        new Lookout(
            driver,
            specs,
            lastSeen,
            changes,
            (workspace, what) -> new ErrandDesk.Answer(200, Json.bytes(workspace + " " + what)),
            clock),
        new Deadlines(StopPolicy.DEFAULT, Retention.DEFAULT, settling),
        fence,
        new Counts(metrics),
        wakeups,
        changes,
        clock);
  }

  // ---- errands

  @Test
  void what_an_instance_asks_is_done_for_its_own_workspace_and_answered() throws Exception {
    supervisor.asks("e1", "{\"kind\":\"stop\"}");
    reconciler.look(id);
    reconciler.look(id);

    await()
        .untilAsserted(() ->
            assertThat(supervisor.answered())
                .containsEntry("e1", "200 \"" + id + " {\\\"kind\\\":\\\"stop\\\"}\""));
  }

  @Test
  void no_time_that_an_instance_says_breaks_a_look_or_what_is_counted() throws Exception {
    reconciler.look(id);
    supervisor.says(
        said(
            FakeSupervisor.ready(Optional.of(Instant.MAX)),
            List.of(
                new StartStep("boot", Instant.MIN, Optional.of(Instant.MAX), ""),
                new StartStep("content", clock.instant(), Optional.of(Instant.MIN), ""),
                new StartStep("image", Instant.MIN, Optional.of(clock.instant()), ""))));

    reconciler.look(id);

    assertThat(phase()).isInstanceOf(Phase.Running.class);
    assertThat(metrics.text())
        .contains("berth_workspace_start_step_seconds_sum{step=\"boot\"} 3600\n")
        .contains("berth_workspace_start_step_seconds_sum{step=\"content\"} 0\n")
        .doesNotContain("step=\"image\"");
    clock.move(OVER_IDLE);
    supervisor.says(FakeSupervisor.ready(Optional.of(clock.instant().minus(OVER_IDLE))));
    reconciler.look(id);
    assertThat(phase()).isInstanceOf(Phase.Stopping.class);
  }

  private static InstanceStatus said(InstanceStatus usual, List<StartStep> steps) {
    return new InstanceStatus(
        usual.content(),
        steps,
        usual.tasks(),
        usual.ports(),
        usual.editor(),
        usual.lastInput(),
        usual.lastOutput(),
        usual.notices());
  }

  // ---- a host that is away

  @Test
  void who_asks_for_a_terminal_gets_in_while_the_host_cannot_be_asked() throws Exception {
    supervisor.ready();
    reconciler.look(id);
    reconciler.look(id);
    assertThat(phase()).isInstanceOf(Phase.Running.class);
    driver.breakWith(Optional.of(new Problem.Unavailable("The host is away.", "Wait.")));

    assertThatThrownBy(() -> reconciler.look(id)).isInstanceOf(Problem.Unavailable.class);

    assertThat(phase()).isInstanceOf(Phase.Running.class);
    try (var logs = new InstanceLogs(driver, specs, lastSeen)) {
      assertThat(logs.tokenOf(store.find(id).orElseThrow()))
          .isEqualTo(specs.token(driver.started().getFirst().boot().instance()));
    }
  }

  // ---- what has no row

  @Test
  void what_runs_without_a_row_is_ended_and_what_has_one_stays() throws Exception {
    reconciler.look(id);
    var stray = Samples.workspace(UserId.create(), clock.instant());
    driver.start(specs.of(stray, InstanceId.create()));

    reconciler.endWhatHasNoRow();
    clock.move(Duration.ofMinutes(1));
    reconciler.endWhatHasNoRow();

    await().until(() -> driver.observe(stray.id()), new Observation.Absent()::equals);
    assertThat(driver.present()).contains(id, stray.id());
    assertThat(driver.observe(id)).isNotInstanceOf(Observation.Absent.class);
  }

  @Test
  void one_that_cannot_be_asked_keeps_no_other_that_has_no_row() throws Exception {
    var strays =
        Stream.generate(() -> Samples.workspace(UserId.create(), clock.instant()))
            .limit(3)
            .toList();
    var away = new Problem.Unavailable("Its host is away.", "Wait.");
    for (var silent : strays) {
      for (var stray : strays) driver.start(specs.of(stray, InstanceId.create()));
      driver.breakFor(silent.id(), Optional.of(away));

      reconciler.endWhatHasNoRow();

      assertThat(driver.instances()).containsExactly(silent.id());
      driver.breakFor(silent.id(), Optional.empty());
      reconciler.endWhatHasNoRow();
      assertThat(driver.instances()).isEmpty();
    }
  }

  @Test
  void what_is_kept_of_who_has_no_row_is_forgotten_but_not_while_it_runs() throws Exception {
    reconciler.look(id);
    var stray = Samples.workspace(UserId.create(), clock.instant());
    var running = Samples.workspace(UserId.create(), clock.instant());
    for (var one : List.of(stray, running)) driver.start(specs.of(one, InstanceId.create()));
    for (var one : List.of(id, stray.id(), running.id())) driver.print(one, "its last words");
    driver.stop(id, clock.instant());
    driver.stop(stray.id(), clock.instant());

    reconciler.forgetWhatHasNoRow();

    assertThat(driver.log(stray.id())).isEmpty();
    assertThat(driver.log(running.id())).isEqualTo("its last words");
    assertThat(driver.log(id)).isEqualTo("its last words");
    assertThat(driver.present()).contains(id, stray.id());
  }

  @Test
  void who_does_not_lead_any_more_ends_nothing_that_has_no_row_here() throws Exception {
    var stray = Samples.workspace(UserId.create(), clock.instant());
    driver.start(specs.of(stray, InstanceId.create()));
    try (var late = reconciler(store, driver, new Wakeups(), settling, () -> false)) {
      late.endWhatHasNoRow();
      assertThat(driver.stopped()).isEmpty();
      driver.print(stray.id(), "its last words");
      driver.stop(stray.id(), clock.instant());
      late.forgetWhatHasNoRow();
    }

    assertThat(driver.log(stray.id())).isEqualTo("its last words");
  }

  // ---- start

  @Test
  void a_wanted_workspace_is_started_once_however_often_we_look() throws Exception {
    for (int i = 0; i < 9; i++) reconciler.look(id);

    assertThat(driver.started()).hasSize(1);
    assertThat(phase()).isInstanceOf(Phase.Starting.class);
  }

  @Test
  void it_runs_where_its_supervisor_is_once_that_says_so() throws Exception {
    reconciler.look(id);
    reconciler.look(id);
    supervisor.ready();
    reconciler.look(id);

    assertThat(phase()).isEqualTo(new Phase.Running(clock.instant(), supervisor.endpoint()));
    assertThat(workspace().state().steps())
        .extracting(StartStep::name)
        .containsExactly("container", "content");
    assertThat(lastSeen.of(id)).isPresent();
  }

  @Test
  void steps_are_shown_while_it_starts() throws Exception {
    driver.holdStarts();
    reconciler.look(id);
    reconciler.look(id);
    assertThat(steps()).containsExactly("image");

    driver.letStartsGo();
    clock.move(Duration.ofSeconds(1));
    reconciler.look(id);

    assertThat(steps()).containsExactly("container", "content");
  }

  @Test
  void steps_that_change_at_each_look_are_saved_four_times_a_second() throws Exception {
    reconciler.look(id);
    long before = workspace().version();
    for (int i = 0; i < 40; i++) { // a second of looks
      var counted = new StartStep("content", Instant.EPOCH, Optional.empty(), i + " MB");
      supervisor.says(FakeSupervisor.preparing(List.of(counted)));
      clock.move(Duration.ofMillis(25));
      reconciler.look(id);
    }

    assertThat(workspace().version() - before).isBetween(3L, 5L);
  }

  @Test
  void an_editor_that_is_on_its_way_is_looked_for_often_and_not_for_ever() throws Exception {
    var often = Duration.ofMillis(25);
    supervisor.says(FakeSupervisor.ready(Optional.empty(), new EditorState.Starting()));
    lookUntil(_ -> phase() instanceof Phase.Running);

    assertThat(reconciler.look(id)).contains(often);

    clock.move(Duration.ofSeconds(20));
    assertThat(reconciler.look(id).orElseThrow()).isGreaterThan(often);

    clock.move(Duration.ofSeconds(-20));
    supervisor.ready();
    assertThat(reconciler.look(id).orElseThrow()).isGreaterThan(often);
  }

  @Test
  void one_whose_files_cannot_be_made_says_why_and_does_not_run() throws Exception {
    supervisor.says(FakeSupervisor.failed("git clone failed.", "Check the address."));
    lookUntil(_ -> phase() instanceof Phase.Failed && reconciler.look(id).isEmpty());

    assertThat(phase())
        .isEqualTo(new Phase.Failed(clock.instant(), "git clone failed.", "Check the address."));
    assertThat(driver.stopped()).contains(id);
    assertThat(driver.started()).hasSize(1);
  }

  @Test
  void one_that_failed_is_made_anew_when_its_owner_asks_even_before_the_failed_one_ended()
      throws Exception {
    driver.holdStops();
    supervisor.says(FakeSupervisor.failed("git clone failed.", "Check the address."));
    lookUntil(_ -> phase() instanceof Phase.Failed);

    want(new Intent.Run());
    reconciler.look(id);
    assertThat(phase()).isInstanceOf(Phase.Stopping.class);
    supervisor.ready();
    driver.letStopsGo();
    lookUntil(_ -> phase() instanceof Phase.Running);

    assertThat(driver.started()).hasSize(2);
  }

  @Test
  void one_that_the_driver_cannot_make_says_the_drivers_words() throws Exception {
    driver.failNextStart(id, "No such image.", "Mend .gitpod.yml.");
    lookUntil(_ -> phase() instanceof Phase.Failed);

    assertThat(phase())
        .isEqualTo(new Phase.Failed(clock.instant(), "No such image.", "Mend .gitpod.yml."));
  }

  // ---- stop and delete

  @Test
  void a_stop_ends_the_instance_and_keeps_the_reason() throws Exception {
    run();
    want(new Intent.Stop("Its owner stopped it."));
    lookUntil(_ -> phase() instanceof Phase.Stopped);

    assertThat(phase()).isEqualTo(new Phase.Stopped(clock.instant(), "Its owner stopped it."));
    assertThat(reconciler.look(id)).as("nothing more to look for").isEmpty();
    assertThat(lastSeen.of(id)).isEmpty();
    assertThat(driver.present()).as("its files").contains(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"findings\":[{\"line\":1,\"column\":1,\"what\":\"a\",\"remedy\":\"b\"}]",
        "\"findings\":[null]",
        "\"findings\":null",
        "\"findings\":[],\"ports\":[null]"
      })
  void a_workspace_that_says_what_no_supervisor_says_can_be_stopped(String part) throws Exception {
    run();
    var said = Json.write(FakeSupervisor.ready(Optional.empty()));
    var with = "{\"definition\":{\"file\":\"x\",\"broken\":false," + part + "},";
    supervisor.answers(_ -> Response.text(200, with + said.substring(1)));
    assertThat(reconciler.look(id)).isPresent();
    want(new Intent.Stop("Its owner stopped it."));
    lookUntil(_ -> phase() instanceof Phase.Stopped);
  }

  @Test
  void one_that_is_to_end_is_not_asked_how_it_stands() throws Exception {
    run();
    driver.holdStops();
    int before = supervisor.asked();
    want(new Intent.Stop("Its owner stopped it."));
    reconciler.look(id);
    reconciler.look(id);

    assertThat(supervisor.asked()).isEqualTo(before);
    driver.letStopsGo();
  }

  @Test
  void a_start_during_a_stop_waits_for_its_end() throws Exception {
    run();
    driver.holdStops();
    want(new Intent.Stop("Its owner stopped it."));
    reconciler.look(id);
    want(new Intent.Run());
    reconciler.look(id);
    assertThat(phase()).isInstanceOf(Phase.Stopping.class);

    driver.letStopsGo();
    lookUntil(_ -> phase() instanceof Phase.Running);

    assertThat(driver.started()).hasSize(2);
  }

  @Test
  void before_gateways_have_told_who_works_nobody_is_taken_for_idle() throws Exception {
    run();
    var reports = new Settling(nanos::get, Duration.ofSeconds(30));
    clock.move(Duration.ofMinutes(31));
    try (var next = reconciler(store, driver, new Wakeups(), reports, Fence.NONE)) {
      next.look(id);
      assertThat(phase()).isInstanceOf(Phase.Running.class);

      nanos.addAndGet(Duration.ofSeconds(30).toNanos());
      next.look(id);
    }
    assertThat(phase()).isInstanceOf(Phase.Stopping.class);
  }

  @Test
  void one_that_leads_no_more_saves_nothing_and_does_nothing() throws Exception {
    var before = store.find(id).orElseThrow();
    try (var late = reconciler(store, driver, new Wakeups(), settling, () -> false)) {
      assertThat(late.look(id)).isEmpty();
    }
    assertThat(store.find(id).orElseThrow()).isEqualTo(before);
    assertThat(driver.started()).isEmpty();
  }

  @Test
  void what_was_decided_before_the_fence_fell_is_done_by_the_next() throws Exception {
    var asked = new AtomicLong();
    try (var late =
        reconciler(store, driver, new Wakeups(), settling, () -> asked.getAndIncrement() == 0)) {
      assertThat(late.look(id)).isEmpty();
    }
    assertThat(phase()).isInstanceOf(Phase.Starting.class);
    assertThat(driver.started()).isEmpty();

    run();
    assertThat(driver.started()).hasSize(1);
  }

  @Test
  void a_clock_that_jumped_ahead_deletes_nothing_at_the_first_looks() throws Exception {
    run();
    want(new Intent.Discard(clock.instant(), "Its owner deleted it."));
    lookUntil(_ -> phase() instanceof Phase.Stopped);
    clock.move(Duration.ofDays(9999));
    nanos.set(Settling.LONGEST.toNanos() - 1);
    for (int looks = 0; looks < 10; looks++) reconciler.look(id);
    assertThat(store.find(id).orElseThrow().intent()).isInstanceOf(Intent.Discard.class);
    assertThat(driver.present()).contains(id);

    clock.move(Duration.ofDays(-9999));
    nanos.set(Settling.LONGEST.toNanos());
    reconciler.look(id);

    assertThat(store.find(id).orElseThrow().intent()).isInstanceOf(Intent.Discard.class);
  }

  @Test
  void what_was_deleted_stays_with_its_files_until_its_time_is_over() throws Exception {
    run();
    want(new Intent.Discard(clock.instant(), "Its owner deleted it."));
    lookUntil(_ -> phase() instanceof Phase.Stopped);
    nanos.set(Settling.LONGEST.toNanos());
    clock.move(Retention.DEFAULT.deleted().minusSeconds(1));
    reconciler.look(id);
    assertThat(store.find(id)).isPresent();
    assertThat(driver.present()).contains(id);

    clock.move(Duration.ofSeconds(1));
    for (int looks = 0; looks < 10 && store.find(id).isPresent(); looks++) reconciler.look(id);

    assertThat(store.find(id)).isEmpty();
    assertThat(driver.present()).doesNotContain(id);
  }

  @Test
  void what_a_fork_was_promised_stays_until_it_has_begun() throws Exception {
    var source = store.find(id).orElseThrow();
    var fork = Samples.beginningAs(source, "20261121t090000000z-0123456789abcdef");
    store.insert(fork);
    store.save(source.wanting(new Intent.Delete()));

    reconciler.look(id);
    assertThat(reconciler.look(id)).contains(Duration.ofSeconds(2));
    assertThat(store.find(id)).isPresent();

    store.remove(fork.id());
    reconciler.look(id);
    assertThat(store.find(id)).isEmpty();
  }

  @Test
  void a_delete_during_a_start_leaves_nothing() throws Exception {
    driver.holdStarts();
    reconciler.look(id);
    driver.holdDeletes(true);
    want(new Intent.Delete());

    assertThat(reconciler.look(id)).as("it wants to be asked again").isPresent();
    assertThat(store.find(id)).isPresent();
    driver.holdDeletes(false);
    reconciler.look(id);

    assertThat(store.find(id)).isEmpty();
    assertThat(driver.present()).doesNotContain(id);
    assertThat(lastSeen.of(id)).isEmpty();
    assertThat(reconciler.look(id)).isEmpty();
  }

  @Test
  void one_that_nobody_used_is_stopped() throws Exception {
    run();
    clock.move(OVER_IDLE);
    lookUntil(_ -> phase() instanceof Phase.Stopped);

    assertThat(((Phase.Stopped) phase()).why()).startsWith("Nobody used it for 30 min");
  }

  @Test
  void a_request_through_the_gateway_keeps_it_running() throws Exception {
    run();
    clock.move(OVER_IDLE);
    store.touch(Map.of(id, clock.instant()));
    reconciler.look(id);

    assertThat(phase()).isInstanceOf(Phase.Running.class);
  }

  // ---- what goes wrong

  @Test
  void a_driver_that_cannot_now_is_asked_again_and_nothing_is_lost() throws Exception {
    driver.breakWith(Optional.of(new Problem.Unavailable("The disk is full.", "Make room.")));
    assertThatThrownBy(() -> reconciler.look(id)).isInstanceOf(Problem.Unavailable.class);

    driver.breakWith(Optional.empty());
    run();

    assertThat(driver.started()).hasSize(1);
  }

  @Test
  void while_the_driver_cannot_see_nothing_is_said_of_what_runs() throws Exception {
    run();
    var before = workspace().state();
    driver.breakWith(Optional.of(new Problem.Unavailable("The cluster is away.", "Wait.")));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> reconciler.look(id)).isInstanceOf(Problem.Unavailable.class);
    }
    assertThat(workspace().state()).isEqualTo(before);

    driver.breakWith(Optional.empty());
    reconciler.look(id);

    assertThat(phase()).isEqualTo(before.phase());
    assertThat(driver.started()).hasSize(1);
    assertThat(driver.stopped()).isEmpty();
  }

  @Test
  void a_save_that_loses_against_another_does_nothing_and_looks_again() throws Exception {
    var others = new AtomicInteger();
    var raced =
        (WorkspaceStore)
            Proxy.newProxyInstance(
                WorkspaceStore.class.getClassLoader(),
                new Class<?>[] {WorkspaceStore.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("save") && others.getAndIncrement() == 0) {
                    want(new Intent.Stop("Its owner was faster."));
                  }
                  return method.invoke(store, arguments);
                });
    try (var racing = reconciler(raced, driver, new Wakeups())) {
      assertThat(racing.look(id)).contains(Duration.ZERO);
      assertThat(driver.started()).isEmpty();
      racing.look(id);
    }
    assertThat(phase()).isEqualTo(new Phase.Stopped(clock.instant(), "Its owner was faster."));
  }

  @Test
  void one_that_ends_by_itself_four_times_is_left_with_the_reason() throws Exception {
    for (int i = 0; i < 4; i++) {
      run();
      driver.exit(id, "Out of memory.");
      reconciler.look(id);
    }

    assertThat(phase())
        .isInstanceOfSatisfying(
            Phase.Failed.class,
            failed -> assertThat(failed.what()).contains("4 times").contains("Out of memory."));
    assertThat(driver.started()).hasSize(4);
    want(new Intent.Run());
    run();
    assertThat(workspace().state().crashes()).isZero();
  }

  @Test
  void instances_that_are_lost_with_the_machine_are_made_anew() throws Exception {
    run();
    driver.loseInstances();
    lookUntil(_ -> driver.started().size() == 2 && phase() instanceof Phase.Running);
  }

  static IntStream calls() {
    return IntStream.range(0, 60);
  }

  /** Each call that a look makes, and the moment behind it, is where control may be killed. */
  @ParameterizedTest
  @MethodSource("calls")
  void a_new_control_goes_on_wherever_the_old_one_was_killed(int call) throws Exception {
    var left = new AtomicInteger(call);
    supervisor.ready();
    try (var killed =
        reconciler(
            mortal(WorkspaceStore.class, store, left),
            mortal(Driver.class, driver, left),
            new Wakeups())) {
      live(killed);
    } catch (Killed e) {
      live(reconciler);
    }
    assertThat(driver.started()).hasSize(1);
  }

  /** Runs, stops, is deleted; goes on from wherever it stands. */
  private void live(Reconciler one) throws InterruptedException {
    while (store.find(id).isPresent()) {
      switch (workspace().phase()) {
        case Phase.Running _ when workspace().intent() instanceof Intent.Run ->
            want(new Intent.Stop("why"));
        case Phase.Stopped _ when workspace().intent() instanceof Intent.Stop ->
            want(new Intent.Delete());
        default -> one.look(id);
      }
    }
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private static <T> T mortal(Class<T> seam, T real, AtomicInteger left) {
    return seam.cast(
        Proxy.newProxyInstance(
            seam.getClassLoader(),
            new Class<?>[] {seam},
            (_, method, arguments) -> {
              if (left.getAndDecrement() == 0) throw new Killed();
              try {
                var result = method.invoke(real, arguments);
                if (left.getAndDecrement() == 0) throw new Killed();
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            }));
  }

  // ---- what a hostile instance says

  @SuppressWarnings("ImmutableEnumChecker") // its handlers keep nothing
  enum Hostile {
    GARBAGE(_ -> Response.text(200, "<html>")),
    NOTHING(_ -> Response.json(200, Map.of())),
    NO_CONTENT(_ -> Response.json(200, Map.of("steps", List.of(), "tasks", List.of()))),
    NULLS(_ ->
        Response.json(
            200,
            Map.of(
                "content", Map.of("kind", "ready", "restart", false),
                "steps", List.of(Map.of("name", "x")),
                "tasks", List.of(Map.of()),
                "ports", List.of(),
                "notices", List.of()))),
    DEEP(_ -> Response.text(200, "{\"content\":" + "[".repeat(500_000))),
    HUGE(_ -> Response.text(200, " ".repeat(100 << 20))),
    SENT_ON(_ -> Response.seeOther("http://127.0.0.1:1/")),
    SILENT(_ -> {
      new CountDownLatch(1).await();
      return Response.empty(200);
    }),
    ENDLESS(_ ->
        new Response.Events(sink -> {
          while (true) {
            sink.keepAlive();
            Thread.sleep(100);
          }
        }));

    private final Handler handler;

    Hostile(Handler handler) {
      this.handler = handler;
    }
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(20)
  void a_supervisor_that_does_not_answer_like_one_costs_a_bounded_time_only(Hostile hostile)
      throws Exception {
    supervisor.answers(hostile.handler);
    reconciler.look(id);
    reconciler.look(id);
    assertThat(phase()).isInstanceOf(Phase.Starting.class);

    supervisor.ready();
    reconciler.look(id);
    supervisor.answers(hostile.handler);
    reconciler.look(id);

    assertThat(phase()).as("silent for a moment").isInstanceOf(Phase.Running.class);
    assertThat(driver.started()).hasSize(1);
  }

  @Test
  void what_an_instance_says_is_cut_to_what_people_can_read() throws Exception {
    var step = new StartStep("n".repeat(5000), Instant.EPOCH, Optional.empty(), "d".repeat(5000));
    supervisor.says(FakeSupervisor.preparing(Collections.nCopies(50, step)));
    reconciler.look(id);
    reconciler.look(id);
    assertThat(workspace().state().steps()).hasSizeLessThan(40);

    supervisor.says(FakeSupervisor.failed("x\u001b[2J\u202e" + "y".repeat(100_000), "remedy"));
    reconciler.look(id);

    assertThat(phase())
        .isInstanceOfSatisfying(
            Phase.Failed.class,
            failed -> assertThat(failed.what()).hasSize(1000).doesNotContainPattern("[\\p{C}]"));
  }

  @Test
  void an_instance_is_asked_with_its_own_token_only() throws Exception {
    reconciler.look(id);
    reconciler.look(id);
    assertThat(supervisor.asked()).isEqualTo(1);
    assertThat(driver.started().getFirst().boot().token())
        .isEqualTo(specs.token(driver.started().getFirst().boot().instance()));
  }

  // ---- the loop

  @Test
  void the_loop_follows_what_is_wanted_and_rests_in_between() throws Exception {
    var wakeups = new Wakeups();
    supervisor.ready();
    try (var running = reconciler(store, driver, wakeups)) {
      running.run();
      await().until(() -> phase() instanceof Phase.Running);
      int asked = supervisor.asked();
      await()
          .during(Duration.ofMillis(600))
          .atMost(Duration.ofSeconds(5))
          .until(() -> supervisor.asked() <= asked + 1);

      want(new Intent.Stop("Its owner stopped it."));
      wakeups.wake(id);
      await().until(() -> phase() instanceof Phase.Stopped);
      driver.breakWith(Optional.of(new Problem.Unavailable("Not now.", "Wait.")));
      want(new Intent.Delete());
      wakeups.wake(id);
      driver.breakWith(Optional.empty());
      await().until(() -> store.find(id).isEmpty());
    }
  }

  // ---- words of the tests

  private Workspace workspace() {
    return store.find(id).orElseThrow();
  }

  private Phase phase() {
    return workspace().phase();
  }

  private List<String> steps() {
    return workspace().state().steps().stream().map(StartStep::name).toList();
  }

  private void want(Intent intent) {
    assertThat(store.save(workspace().wanting(intent))).isTrue();
  }

  /** Looks until it runs. */
  private void run() throws Exception {
    supervisor.ready();
    lookUntil(_ -> phase() instanceof Phase.Running);
  }

  private interface Condition {
    boolean holds(Workspace workspace) throws Exception;
  }

  private void lookUntil(Condition condition) throws Exception {
    for (int looks = 0; looks < 50; looks++) {
      if (condition.holds(workspace())) return;
      reconciler.look(id);
    }
    assertThat(workspace().state()).as("after 50 looks").isNull();
  }
}
