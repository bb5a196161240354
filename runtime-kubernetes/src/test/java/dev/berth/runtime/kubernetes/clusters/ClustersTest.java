package dev.berth.runtime.kubernetes.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import dev.berth.runtime.DriverContract;
import dev.berth.runtime.FakeDriver;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import dev.berth.runtime.WorkspaceSize;
import dev.berth.runtime.kubernetes.clusters.Member.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two clusters that are drivers in memory. */
class ClustersTest extends DriverContract {
  private static Optional<RuntimeException> away() {
    return Optional.of(
        new Problem.Unavailable("The Kubernetes API server does not answer.", "Wait."));
  }

  private final FakeDriver east = new FakeDriver();
  private final FakeDriver west = new FakeDriver();

  @Override
  protected Driver open() {
    return clusters(State.AVAILABLE, State.AVAILABLE);
  }

  private Clusters clusters(State easts, State wests) {
    return new Clusters(List.of(member("east", east, easts), member("west", west, wests)));
  }

  private static Member member(String name, FakeDriver driver, State state) {
    return member(name, driver, Set.of(), state, 50);
  }

  private static Member member(
      String name, FakeDriver driver, Set<String> sizes, State state, int weight) {
    return new Member(name, driver, id -> size(driver, id), sizes, state, weight);
  }

  private static Optional<String> size(FakeDriver driver, WorkspaceId workspace) {
    return driver.started().stream()
        .filter(spec -> spec.workspace().equals(workspace))
        .map(spec -> spec.boot().size().name())
        .reduce((_, last) -> last);
  }

  @Override
  protected InstanceSpec running(WorkspaceId workspace) {
    return new InstanceSpec(
        new InstanceImage.Default(),
        new WorkspaceSize(1000, 1L << 30, 512),
        boot(workspace, Map.of()),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  @Override
  protected InstanceSpec exiting(WorkspaceId workspace) {
    for (var one : List.of(east, west)) one.exitNextStart(workspace, "exit code 3");
    return running(workspace);
  }

  @Override
  protected InstanceSpec failing(WorkspaceId workspace) {
    for (var one : List.of(east, west)) {
      one.failNextStart(workspace, "The image is not there.", "Name another.");
    }
    return running(workspace);
  }

  @Override
  protected InstanceSpec stubborn(WorkspaceId workspace) {
    for (var one : List.of(east, west)) one.holdStops();
    return running(workspace);
  }

  /** The driver that a workspace is tried on first, and the other one. */
  private List<FakeDriver> inOrder(WorkspaceId workspace) {
    var all = List.of(member("east", east, State.AVAILABLE), member("west", west, State.AVAILABLE));
    return Member.candidates(all, workspace, "standard").stream()
        .map(member -> (FakeDriver) member.driver())
        .toList();
  }

  @Test
  void a_start_that_one_cluster_cannot_make_goes_on_with_the_next() {
    var order = inOrder(fox);
    order.getFirst().failNextStart(fox, "The quota is used up.", "Raise it.");
    var clusters = open();
    var spec = running(fox);

    clusters.start(spec);

    var waits = (Observation.Preparing) clusters.observe(fox);
    assertThat(waits.steps().getFirst().detail()).contains("The quota is used up");
    var alive =
        (Observation.Alive)
            await().until(() -> clusters.observe(fox), Observation.Alive.class::isInstance);
    assertThat(alive.instance()).isEqualTo(spec.boot().instance());
    assertThat(order.getFirst().observe(fox)).isEqualTo(new Observation.Absent());
    assertThat(order.getLast().observe(fox)).isInstanceOf(Observation.Alive.class);
  }

  @Test
  void a_cluster_that_is_away_holds_up_only_what_may_be_there() {
    var order = inOrder(fox);
    var clusters = open();
    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Absent.class);

    order.getFirst().breakWith(away());

    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Absent.class);
    clusters.start(running(fox));
    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Alive.class);
    assertThat(order.getLast().started()).hasSize(1);
    var opened = open();
    assertThatThrownBy(() -> opened.observe(owl)).isInstanceOf(Problem.Unavailable.class);
    assertThatThrownBy(() -> opened.start(running(owl))).isInstanceOf(Problem.Unavailable.class);
    order.getFirst().breakWith(Optional.empty());
    assertThat(opened.observe(owl)).isInstanceOf(Observation.Absent.class);
  }

  @Test
  void what_runs_on_a_cluster_that_is_away_is_not_said_to_be_absent() {
    var order = inOrder(fox);
    var clusters = open();
    clusters.start(running(fox));
    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Alive.class);

    order.getFirst().breakWith(away());

    assertThatThrownBy(() -> clusters.observe(fox)).isInstanceOf(Problem.Unavailable.class);
    assertThatThrownBy(() -> clusters.start(running(fox))).isInstanceOf(Problem.Unavailable.class);
    assertThatThrownBy(() -> clusters.stop(fox, Instant.now()))
        .isInstanceOf(Problem.Unavailable.class);
    order.getFirst().breakWith(Optional.empty());
    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Alive.class);
    assertThat(order.getLast().started()).isEmpty();
  }

  @Test
  void a_cluster_that_is_away_keeps_nobody_from_being_deleted_that_is_not_there() {
    var clusters = clusters(State.CORDONED, State.AVAILABLE);
    for (var one : List.of(fox, owl)) clusters.start(running(one));
    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Alive.class);
    assertThat(clusters.observe(owl)).isInstanceOf(Observation.Alive.class);

    east.breakWith(away());

    assertThat(clusters.delete(fox)).isTrue();
    assertThat(clusters.instances()).containsExactly(owl);
    assertThat(clusters.present()).containsExactly(owl);
    var opened = open();
    assertThatThrownBy(() -> opened.delete(owl)).isInstanceOf(Problem.Unavailable.class);
    assertThat(west.instances()).as("what can be deleted is").isEmpty();
    west.breakWith(away());
    assertThatThrownBy(clusters::instances).isInstanceOf(Problem.Unavailable.class);
    assertThatThrownBy(clusters::present).isInstanceOf(Problem.Unavailable.class);
    for (var one : List.of(east, west)) one.breakWith(Optional.empty());
    assertThat(opened.delete(owl)).isTrue();
  }

  @Test
  void a_cordoned_cluster_takes_nothing_new_and_keeps_what_runs() {
    clusters(State.AVAILABLE, State.CORDONED).start(running(fox));
    assertThat(east.observe(fox)).isInstanceOf(Observation.Alive.class);

    var clusters = clusters(State.CORDONED, State.AVAILABLE);
    clusters.start(running(fox));
    clusters.start(running(owl));

    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Alive.class);
    assertThat(east.started()).hasSize(1);
    assertThat(west.observe(owl)).isInstanceOf(Observation.Alive.class);
  }

  @Test
  void what_runs_on_a_cluster_that_is_drained_ends_there_and_starts_on_another() {
    clusters(State.AVAILABLE, State.CORDONED).start(running(fox));
    var clusters = clusters(State.DRAINING, State.AVAILABLE);

    var ended = (Observation.Exited) clusters.observe(fox);
    assertThat(ended.why()).isEqualTo("Its cluster east is being drained.");
    clusters.start(running(fox));

    await().until(() -> clusters.observe(fox), Observation.Alive.class::isInstance);
    assertThat(east.observe(fox)).isEqualTo(new Observation.Absent());
    assertThat(west.observe(fox)).isInstanceOf(Observation.Alive.class);
  }

  @Test
  void what_no_other_cluster_takes_stays_on_one_that_is_drained() {
    east.start(running(fox));
    var clusters = drained(Set.of("huge"));

    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Alive.class);
    clusters.start(running(fox));

    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Alive.class);
    assertThat(east.stopped()).isEmpty();
    assertThat(drained(Set.of("standard")).observe(fox)).isInstanceOf(Observation.Exited.class);
  }

  @Test
  void what_runs_on_a_drained_cluster_stays_while_the_others_are_away() {
    east.start(running(fox));
    var clusters = drained(Set.of());
    west.breakWith(away());

    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Alive.class);
    clusters.start(running(fox));
    assertThat(east.stopped()).isEmpty();
    west.breakWith(Optional.empty());

    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Exited.class);
  }

  /** East, which is drained, beside west, which takes these sizes. */
  private Clusters drained(Set<String> wests) {
    return new Clusters(
        List.of(
            member("east", east, Set.of(), State.DRAINING, 50),
            member("west", west, wests, State.AVAILABLE, 50)));
  }

  @Test
  void where_no_cluster_takes_it_its_owner_is_told() {
    var clusters = clusters(State.CORDONED, State.DRAINING);

    clusters.start(running(fox));

    assertThat(((Observation.Failed) clusters.observe(fox)).what()).contains("standard");
    clusters.stop(fox, Instant.now());
    assertThat(clusters.observe(fox)).isEqualTo(new Observation.Absent());
  }

  @Test
  void of_two_instances_the_newer_is_kept() {
    east.start(running(fox));
    var newer = running(fox);
    west.start(newer);
    var clusters = open();

    assertThat(((Observation.Alive) clusters.observe(fox)).instance())
        .isEqualTo(newer.boot().instance());

    assertThat(east.observe(fox)).isEqualTo(new Observation.Absent());
    assertThat(west.observe(fox)).isInstanceOf(Observation.Alive.class);
  }

  @Test
  void what_was_seen_in_an_earlier_turn_does_not_count_in_the_next() {
    var order = inOrder(fox);
    var clusters = open();
    assertThat(clusters.observe(fox)).isInstanceOf(Observation.Absent.class);
    // Another process leads meanwhile, and starts it there; then that cluster goes away.
    order.getFirst().start(running(fox));
    order.getFirst().breakWith(away());

    clusters.beginTurn(() -> true);

    assertThatThrownBy(() -> clusters.observe(fox)).isInstanceOf(Problem.Unavailable.class);
    order.getFirst().breakWith(Optional.empty());
  }

  @Test
  void each_gets_its_weights_share_of_the_workspaces_that_it_takes() {
    var all =
        List.of(
            member("big", east, Set.of(), State.AVAILABLE, 75),
            member("small", west, Set.of(), State.AVAILABLE, 25),
            member("huge", west, Set.of("huge"), State.AVAILABLE, 100));
    var firsts =
        IntStream.range(0, 2_000)
            .mapToObj(_ -> WorkspaceId.create("some", "workspace"))
            .map(id -> Member.candidates(all, id, "standard").getFirst().name())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(firsts).containsOnlyKeys("big", "small");
    assertThat(firsts.get("big")).isBetween(1_400L, 1_600L);
    assertThat(Member.candidates(all, fox, "huge")).extracting(Member::name).contains("huge");
    assertThat(Member.candidates(all, fox, "standard"))
        .isEqualTo(Member.candidates(all, fox, "standard"));
  }
}
