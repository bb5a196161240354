package dev.berth.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.InstanceId;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.EditorPlan;
import dev.berth.protocol.inside.GitAuthor;
import dev.berth.protocol.inside.OwnerPlan;
import dev.berth.protocol.inside.SizePlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@link Driver} promises, for every driver to keep. Each test has workspaces of its own and
 * deletes them, so a driver's host may be shared between tests.
 */
public abstract class DriverContract {
  /** From a call to what comes of it; far more than any driver needs, for a slow machine. */
  protected static final Duration SOON = Duration.ofSeconds(30);

  protected final WorkspaceId fox = WorkspaceId.create("contract", "fox");
  protected final WorkspaceId owl = WorkspaceId.create("contract", "owl");

  private Driver driver = new FakeDriver(); // until open_a_driver runs

  /** Opens a driver; called again it opens another one on the same host. */
  protected abstract Driver open();

  /** What an instance of {@code workspace} is made of that runs until it gets SIGTERM. */
  protected abstract InstanceSpec running(WorkspaceId workspace);

  /** The same of one whose first process ends by itself at once, with exit code 3. */
  protected abstract InstanceSpec exiting(WorkspaceId workspace);

  /** The same of one that cannot be made to run. */
  protected abstract InstanceSpec failing(WorkspaceId workspace);

  /** The same of one that does not end for a SIGTERM. */
  protected abstract InstanceSpec stubborn(WorkspaceId workspace);

  /**
   * A boot plan that asks nothing but to run; its {@code env} may tell a test's supervisor more.
   */
  protected static BootPlan boot(WorkspaceId workspace, Map<String, String> env) {
    return new BootPlan(
        workspace,
        InstanceId.create(),
        "secret-token",
        "http://%s.ws.berth.localhost:8433".formatted(workspace),
        "http://berth.localhost:8433",
        "https://example.org/contract/fox",
        new ContentPlan(
            "https://example.org/contract/fox",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "fox",
            Map.of()),
        List.of(),
        List.of(),
        env,
        new OwnerPlan(
            new UserId("11111111-2222-4333-8444-555555555555"),
            new GitAuthor("Fox", "fox@example.org"),
            Optional.empty()),
        new SizePlan("standard", 2000, 4L << 30),
        5,
        EditorPlan.PLAIN,
        ToldNotices.NONE,
        Optional.empty(),
        false,
        Optional.empty(),
        "");
  }

  @BeforeEach
  void open_a_driver() {
    driver = open();
  }

  @AfterEach
  void remove_what_is_left() {
    for (var workspace : List.of(fox, owl))
      await().atMost(SOON).until(() -> driver.delete(workspace));
    driver.close();
  }

  @Test
  void a_workspace_that_it_never_saw_is_absent_and_may_be_stopped_and_deleted() {
    assertThat(driver.observe(fox)).isEqualTo(new Observation.Absent());
    assertThat(driver.present()).doesNotContain(fox);
    assertThat(driver.log(fox)).isEmpty();

    driver.stop(fox, Instant.now());

    assertThat(driver.observe(fox)).isEqualTo(new Observation.Absent());
    assertThat(driver.delete(fox)).isTrue();
  }

  @Test
  void a_started_workspace_comes_alive_as_the_instance_that_was_asked_for() {
    var spec = running(fox);

    driver.start(spec);

    var alive = alive(driver, fox);
    assertThat(alive.instance()).isEqualTo(spec.boot().instance());
    assertThat(alive.supervisor().host()).isNotEmpty();
    assertThat(alive.steps()).isNotEmpty().allMatch(step -> step.ended().isPresent());
    assertThat(driver.present()).contains(fox);
  }

  @Test
  void a_start_repeated_makes_no_second_instance() {
    var spec = running(fox);
    driver.start(spec);
    driver.start(spec);
    driver.start(running(fox));

    assertThat(alive(driver, fox).instance()).isEqualTo(spec.boot().instance());

    driver.start(running(fox));

    assertThat(alive(driver, fox).instance()).isEqualTo(spec.boot().instance());
  }

  @Test
  void of_starts_at_the_same_time_one_makes_an_instance() throws Exception {
    var specs = IntStream.range(0, 8).mapToObj(_ -> running(fox)).toList();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          specs.stream()
              .<Callable<Void>>map(spec ->
                  () -> {
                    driver.start(spec);
                    return null;
                  })
              .toList();
      for (var call : threads.invokeAll(calls)) call.get();
    }

    var first = alive(driver, fox).instance();
    assertThat(specs).extracting(spec -> spec.boot().instance()).contains(first);
    assertThat(alive(driver, fox).instance()).isEqualTo(first);
  }

  @Test
  void a_stopped_workspace_is_absent_and_keeps_its_files() {
    driver.start(running(fox));
    alive(driver, fox);

    driver.stop(fox, Instant.now().plus(SOON));
    driver.stop(fox, Instant.now().plus(SOON));

    absent(driver, fox);
    assertThat(driver.present()).contains(fox);
  }

  @Test
  void a_stopped_workspace_starts_again_as_a_new_instance() {
    driver.start(running(fox));
    alive(driver, fox);
    driver.stop(fox, Instant.now().plus(SOON));
    absent(driver, fox);
    var again = running(fox);

    driver.start(again);

    assertThat(alive(driver, fox).instance()).isEqualTo(again.boot().instance());
  }

  @Test
  void an_instance_that_does_not_end_when_asked_is_killed_after_the_time_given() {
    driver.start(stubborn(fox));
    alive(driver, fox);

    driver.stop(fox, Instant.now().plusMillis(300));

    absent(driver, fox);
  }

  @Test
  void a_repeated_stop_may_kill_earlier() {
    driver.start(stubborn(fox));
    alive(driver, fox);
    driver.stop(fox, Instant.now().plus(Duration.ofHours(1)));

    driver.stop(fox, Instant.now());

    absent(driver, fox);
  }

  @Test
  void a_stop_ends_a_start_that_is_on_its_way() {
    driver.start(running(fox));
    driver.stop(fox, Instant.now());

    await()
        .atMost(SOON)
        .until(() -> {
          driver.stop(fox, Instant.now());
          return driver.observe(fox).equals(new Observation.Absent());
        });
  }

  @Test
  void an_instance_that_ended_by_itself_says_why_until_it_is_cleared() {
    var spec = exiting(fox);
    driver.start(spec);

    var exited = seen(driver, fox, Observation.Exited.class);
    assertThat(exited.instance()).isEqualTo(spec.boot().instance());
    assertThat(exited.why()).contains("3");
    assertThat(driver.observe(fox)).isEqualTo(exited);

    driver.stop(fox, Instant.now());

    absent(driver, fox);
  }

  @Test
  void an_instance_that_ended_by_itself_is_replaced_by_the_next_start() {
    driver.start(exiting(fox));
    seen(driver, fox, Observation.Exited.class);
    var again = running(fox);

    driver.start(again);

    assertThat(alive(driver, fox).instance()).isEqualTo(again.boot().instance());
  }

  @Test
  void a_start_that_fails_says_what_happened_and_what_to_do() {
    var spec = failing(fox);
    driver.start(spec);

    var failed = seen(driver, fox, Observation.Failed.class);
    assertThat(failed.instance()).isEqualTo(spec.boot().instance());
    assertThat(failed.what()).isNotBlank();
    assertThat(failed.remedy()).isNotBlank();

    var again = running(fox);
    driver.start(again);

    assertThat(alive(driver, fox).instance()).isEqualTo(again.boot().instance());
  }

  @Test
  void a_start_that_failed_is_cleared_by_a_stop() {
    driver.start(failing(fox));
    seen(driver, fox, Observation.Failed.class);

    driver.stop(fox, Instant.now());

    absent(driver, fox);
  }

  @Test
  void another_driver_on_the_same_host_sees_and_ends_the_same_instance() {
    driver.start(running(fox));
    var before = alive(driver, fox);
    driver.close();

    driver = open();

    assertThat(driver.observe(fox)).isEqualTo(before);
    assertThat(driver.present()).contains(fox);
    driver.stop(fox, Instant.now().plus(SOON));
    absent(driver, fox);
  }

  @Test
  void workspaces_live_and_end_apart_from_each_other() {
    driver.start(running(fox));
    driver.start(running(owl));
    var there = alive(driver, owl);
    alive(driver, fox);

    driver.stop(fox, Instant.now().plus(SOON));
    absent(driver, fox);

    assertThat(driver.observe(owl)).isEqualTo(there);
    assertThat(driver.present()).contains(fox, owl);
    await().atMost(SOON).until(() -> !driver.instances().contains(fox));
    assertThat(driver.instances()).contains(owl);
  }

  @Test
  void a_deleted_workspace_is_gone_though_it_ran() {
    driver.start(running(fox));
    alive(driver, fox);

    await().atMost(SOON).until(() -> driver.delete(fox));

    assertThat(driver.observe(fox)).isEqualTo(new Observation.Absent());
    assertThat(driver.present()).doesNotContain(fox);
    assertThat(driver.log(fox)).isEmpty();
    assertThat(driver.delete(fox)).isTrue();
  }

  @Test
  void a_workspace_deleted_while_it_starts_is_gone() {
    driver.start(running(fox));

    await().atMost(SOON).until(() -> driver.delete(fox));

    assertThat(driver.observe(fox)).isEqualTo(new Observation.Absent());
    assertThat(driver.present()).doesNotContain(fox);
  }

  /** Waits until {@code workspace} is alive. */
  protected static Observation.Alive alive(Driver driver, WorkspaceId workspace) {
    return seen(driver, workspace, Observation.Alive.class);
  }

  /** Waits until {@code workspace} is absent. */
  protected static void absent(Driver driver, WorkspaceId workspace) {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> driver.observe(workspace), new Observation.Absent()::equals);
  }

  /** Waits until {@code workspace} is seen as {@code kind}; in vain once it failed. */
  protected static <T extends Observation> T seen(
      Driver driver, WorkspaceId workspace, Class<T> kind) {
    var seen =
        await()
            .atMost(SOON)
            .pollInterval(Duration.ofMillis(20))
            .until(
                () -> driver.observe(workspace),
                now -> kind.isInstance(now) || now instanceof Observation.Failed);
    assertThat(seen).isInstanceOf(kind);
    return kind.cast(seen);
  }
}
