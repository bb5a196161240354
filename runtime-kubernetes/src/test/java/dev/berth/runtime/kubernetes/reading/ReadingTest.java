package dev.berth.runtime.kubernetes.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.StartStep;
import dev.berth.runtime.Observation;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReadingTest {
  private static final InstanceId INSTANCE = new InstanceId(Pods.INSTANCE);
  private static final String RUNNING = "{running: {startedAt: \"2026-11-22T10:00:05Z\"}}";
  private static final String CREATING = "{waiting: {reason: ContainerCreating}}";

  /** As Kubernetes 1.36 told of a pod whose kubelet was killed at 17:02:06. */
  private static final String UNREACHABLE =
      """
      conditions:
      - {type: PodReadyToStartContainers, status: "True", lastTransitionTime: "2026-11-22T17:02:06Z"}
      - {type: Initialized, status: "True", lastTransitionTime: "2026-11-22T17:02:05Z"}
      - {type: Ready, status: "%s", lastTransitionTime: "2026-11-22T17:02:56Z"}
      - {type: ContainersReady, status: "True", lastTransitionTime: "2026-11-22T17:02:06Z"}
      - {type: PodScheduled, status: "True", lastTransitionTime: "2026-11-22T17:02:05Z"}
      %scontainerStatuses:
      - name: workspace
        ready: true
        restartCount: 0
        started: true
        state: {running: {startedAt: "2026-11-22T17:02:06Z"}}
      phase: Running
      podIP: 10.244.1.5
      """;

  private static final String ENDING =
      """
        deletionTimestamp: "2026-11-22T10:01:00Z"
        deletionGracePeriodSeconds: 30
      """;

  private final Reading reading = new Reading(Patience.DEFAULT);

  // ---- on its way

  static Stream<Arguments> waits() {
    return Stream.of(
        Arguments.of("just made", "phase: Pending", "", ""),
        Arguments.of("gated", scheduled("SchedulingGated", "waits for a queue"), "", "a queue"),
        Arguments.of(
            "no room",
            scheduled("Unschedulable", "0/2 nodes are available: 2 Insufficient cpu."),
            "",
            "no node yet: 0/2 nodes are available: 2 Insufficient cpu"),
        Arguments.of(
            "an autoscaler",
            scheduled("Unschedulable", "0/2 nodes are available."),
            "10:00:01 TriggeredScaleUp pod triggered scale-up: [{pool 1->2}]",
            "makes a new node"),
        Arguments.of("creating", Pods.onNode("Pending", CREATING), "", ""),
        Arguments.of(
            "pulling",
            Pods.onNode("Pending", CREATING),
            "10:00:10 Pulling Pulling image \"ghcr.io/a/b:1\"",
            "pulling ghcr.io/a/b:1 for 20 s"),
        Arguments.of(
            "pulled",
            Pods.onNode("Pending", CREATING),
            "10:00:20 Pulled Successfully pulled image \"ghcr.io/a/b:1\" in 10s",
            ""),
        Arguments.of(
            "registry away",
            waiting("ErrImagePull", "failed to pull: dial tcp 10.0.0.1:443: i/o timeout"),
            "",
            "trying again: failed to pull: dial tcp 10.0.0.1:443: i/o timeout"),
        Arguments.of(
            "registry broken",
            waiting("ImagePullBackOff", "Back-off pulling image: 503 Service Unavailable"),
            "",
            "trying again"),
        Arguments.of(
            "secret not there yet",
            waiting("CreateContainerConfigError", "failed to sync secret cache"),
            "",
            "failed to sync secret cache"),
        Arguments.of(
            "mount fails",
            Pods.onNode("Pending", CREATING),
            "10:00:20 FailedMount MountVolume.SetUp failed",
            "cannot prepare it yet: MountVolume.SetUp failed"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("waits")
  void what_may_still_come_is_waited_for_and_told(
      String name, String status, String event, String detail) {
    var seen = read(Pods.of("", status), events(event), "10:00:30");

    assertThat(seen).as(name).isInstanceOf(Observation.Preparing.class);
    var steps = ((Observation.Preparing) seen).steps();
    assertThat(steps.getLast().ended()).isEmpty();
    if (detail.isEmpty()) assertThat(steps.getLast().detail()).isEmpty();
    else assertThat(steps.getLast().detail()).contains(detail);
  }

  @Test
  void steps_are_dated_by_the_clusters_conditions() {
    var seen = read(Pods.of("", Pods.onNode("Pending", CREATING)), List.of(), "10:00:30");

    assertThat(((Observation.Preparing) seen).steps())
        .containsExactly(
            new StartStep("node", at("10:00:00"), Optional.of(at("10:00:01")), "node1"),
            new StartStep("network", at("10:00:01"), Optional.of(at("10:00:02")), ""),
            new StartStep("image", at("10:00:02"), Optional.empty(), ""));
  }

  // ---- failed

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            waiting("ErrImagePull", "failed to resolve reference: ghcr.io/a/b:1: not found"),
            "cannot be pulled: failed to resolve",
            "pull secret"),
        Arguments.of(
            waiting("ImagePullBackOff", "pull access denied, repository does not exist"),
            "pull access denied",
            "pull secret"),
        Arguments.of(waiting("InvalidImageName", "couldn't parse"), "name is none", "definition"),
        Arguments.of(waiting("ErrImageNeverPull", "not present"), "does not take", "another"),
        Arguments.of(
            Pods.onNode(
                "Failed",
                "{terminated: {exitCode: 128, reason: StartError, message: 'exec: no such file'}}"),
            "could not be started: exec: no such file",
            "Try another image"),
        Arguments.of(
            """
            phase: Failed
            initContainerStatuses:
            - {name: copy-supervisor, state: {terminated: {exitCode: 1, message: 'disk full'}}}
            """,
            "copy-supervisor, which prepares it, failed: disk full",
            "again"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("failures")
  void what_will_not_come_has_failed_and_says_what_to_do(
      String status, String what, String remedy) {
    var seen = read(Pods.of("", status), List.of(), "10:00:30");

    assertThat(seen).isInstanceOf(Observation.Failed.class);
    var failed = (Observation.Failed) seen;
    assertThat(failed.instance()).isEqualTo(INSTANCE);
    assertThat(failed.what()).contains(what);
    assertThat(failed.remedy()).contains(remedy);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_remedy_names_no_command_that_is_not_there(String status, String what, String remedy) {
    var failed = (Observation.Failed) read(Pods.of("", status), List.of(), "10:00:30");

    assertThat(failed.remedy()).doesNotContain("berth ");
  }

  @Test
  void a_container_that_does_not_start_sends_the_operator_to_the_clusters_own_words() {
    var ended = "{terminated: {exitCode: 128, reason: StartError, message: 'no such file'}}";
    var seen = read(Pods.of("", Pods.onNode("Failed", ended)), List.of(), "10:00:30");

    assertThat(((Observation.Failed) seen).remedy())
        .contains("kubectl get events", "involvedObject.name=octo-hello-abcdefghijk")
        .contains("docs/operate/kubernetes.md");
  }

  // ---- whose it is

  @Test
  void the_instance_is_read_from_the_volume_without_any_label() {
    assertThat(Reading.instance(Pods.of("", "phase: Pending"))).contains(INSTANCE);
  }

  @Test
  void a_pod_without_a_boot_plan_of_ours_is_none_of_ours_whatever_its_labels_say() {
    var none = Pods.of("  labels: {berth.dev/instance: " + Pods.INSTANCE + "}\n", "phase: Pending");
    none.getSpec().setVolumes(List.of());
    var other = Pods.of("", "phase: Pending");
    other.getSpec().getVolumes().getFirst().getSecret().getItems().getFirst().setKey("my.json");

    assertThat(Reading.instance(none)).isEmpty();
    assertThat(Reading.instance(other)).isEmpty();
  }

  static Stream<Arguments> patiences() {
    var noRoom = scheduled("Unschedulable", "0/1 nodes: 1 Insufficient memory.");
    var noLabel =
        scheduled("Unschedulable", "0/1 nodes: 1 node(s) didn't match Pod's node affinity");
    return Stream.of(
        Arguments.of(noRoom, "", "10:06:59", "10:07:01", "smaller class"),
        Arguments.of(noLabel, "", "10:06:59", "10:07:01", "gitpod.io/workload_workspace_regular"),
        Arguments.of(noRoom, "10:01:00 TriggeredScaleUp up", "10:15:59", "10:16:01", "add a node"),
        Arguments.of(waiting("ErrImagePull", "i/o timeout"), "", "10:05:00", "10:05:02", "reach"),
        Arguments.of(
            waiting("CreateContainerError", "no disk"), "", "10:03:00", "10:03:02", "another"),
        Arguments.of(
            Pods.onNode("Pending", CREATING),
            "10:02:00 FailedCreatePodSandBox no network",
            "10:03:00",
            "10:03:02",
            "node1"),
        Arguments.of(
            Pods.onNode("Pending", CREATING),
            "10:00:10 Pulling Pulling image \"slow\"",
            "23:59:58",
            "",
            ""));
  }

  @ParameterizedTest
  @MethodSource("patiences")
  void what_stands_still_is_given_up_after_its_time_and_a_pull_never(
      String status, String event, String still, String over, String remedy) {
    var pod = Pods.of("", status);

    assertThat(read(pod, events(event), still)).isInstanceOf(Observation.Preparing.class);
    if (over.isEmpty()) return;
    var seen = read(pod, events(event), over);
    assertThat(seen).isInstanceOf(Observation.Failed.class);
    assertThat(((Observation.Failed) seen).remedy()).contains(remedy);
  }

  @Test
  void files_that_cannot_be_restored_fail_the_third_time() {
    var status =
        """
        phase: Pending
        conditions:
        - {type: PodScheduled, status: "True", lastTransitionTime: "2026-11-22T10:00:01Z"}
        initContainerStatuses:
        - name: content
          restartCount: %d
          state: {waiting: {reason: CrashLoopBackOff}}
          lastState: {terminated: {exitCode: 1, message: "the store is away"}}
        """;

    assertThat(read(Pods.withContent("", status.formatted(2)), List.of(), "10:00:30"))
        .isInstanceOf(Observation.Preparing.class);
    assertThat(read(Pods.withContent("", status.formatted(3)), List.of(), "10:00:30"))
        .isEqualTo(
            new Observation.Failed(
                INSTANCE,
                "Its files could not be restored: the store is away.",
                "See whether the object store is well, then start it again; what was saved is untouched."));
  }

  // ---- alive

  @Test
  void a_running_container_is_alive_where_it_can_be_reached_even_while_it_is_asked_to_end() {
    for (var more : List.of("", ENDING)) {
      var seen = read(Pods.of(more, Pods.onNode("Running", RUNNING)), List.of(), "10:00:40");

      assertThat(seen).isInstanceOf(Observation.Alive.class);
      var alive = (Observation.Alive) seen;
      assertThat(alive.supervisor()).isEqualTo(new Endpoint("10.244.0.7", 22999));
      assertThat(alive.steps()).allMatch(step -> step.ended().isPresent());
    }
  }

  @Test
  void a_label_that_was_edited_by_hand_changes_nothing() {
    var pod = Pods.of("  labels: {berth.dev/instance: nonsense}\n", "phase: Pending");

    assertThat(((Observation.Preparing) read(pod, List.of(), "10:00:01")).instance())
        .isEqualTo(INSTANCE);
  }

  // ---- ended

  static Stream<Arguments> ends() {
    return Stream.of(
        Arguments.of(terminated(3, "Error"), "ended by itself with exit code 3"),
        Arguments.of(terminated(137, "OOMKilled"), "more memory than the 256 MiB of its class"),
        Arguments.of(terminated(143, "Error"), "ended by signal 15"),
        Arguments.of(terminated(137, "ContainerStatusUnknown"), "node1 did not see how"),
        Arguments.of(
            terminated(137, "Error")
                + "reason: Evicted\nmessage: 'The node was low on resource: memory.'\n",
            "evicted it: The node was low on resource: memory."),
        Arguments.of(terminated(143, "Error") + "reason: NodeLost\n", "did not answer any more"),
        Arguments.of(disrupted("PreemptionByScheduler"), "made room"),
        Arguments.of(disrupted("DeletionByTaintManager"), "node1 did not answer any more"),
        Arguments.of(disrupted("EvictionByEvictionAPI"), "node1 was drained"),
        Arguments.of(disrupted("TerminationByKubelet"), "node1 ended it"),
        Arguments.of(
            "phase: Failed\nreason: OutOfcpu\nmessage: 'Pod was rejected: not enough cpu'\n",
            "did not take it: Pod was rejected: not enough cpu."));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("ends")
  void who_ended_says_why(String status, String why) {
    var seen = read(Pods.of("", status), List.of(), "10:10:00");

    assertThat(seen).isInstanceOf(Observation.Exited.class);
    assertThat(((Observation.Exited) seen).why()).contains(why);
  }

  @Test
  void who_ended_well_when_it_was_evicted_says_so_by_an_event() {
    var pod = Pods.of("", terminated(0, "Completed"));
    var evicted =
        "10:05:00 Evicted Usage of EmptyDir volume \"files\" exceeds the limit \"64Mi\". ";

    var seen = (Observation.Exited) read(pod, events(evicted), "10:10:00");

    assertThat(Reading.hasEndedUnexplained(pod)).isTrue();
    assertThat(seen.why()).contains("evicted it: Usage of EmptyDir volume \"files\" exceeds");
  }

  @Test
  void who_should_have_ended_long_ago_has_lost_its_node() {
    var pod = Pods.of(ENDING, Pods.onNode("Running", RUNNING));

    assertThat(read(pod, List.of(), "10:02:00")).isInstanceOf(Observation.Alive.class);
    assertThat(read(pod, List.of(), "10:02:01"))
        .isEqualTo(new Observation.Exited(INSTANCE, "Its node node1 did not answer any more."));
  }

  @Test
  void a_pod_whose_node_is_unreachable_is_done_without_after_a_while() {
    var lost = Pods.of("", UNREACHABLE.formatted("False", ""));

    assertThat(Reading.isUnreachable(lost)).isTrue();
    assertThat(read(lost, List.of(), "17:03:10")).isInstanceOf(Observation.Alive.class);
    assertThat(read(lost, List.of(), "17:03:11"))
        .isEqualTo(new Observation.Exited(INSTANCE, "Its node node1 did not answer any more."));
    assertThat(
            new Reading(Patience.DEFAULT.withoutAnotherNode()).of(lost, List.of(), at("23:03:11")))
        .isInstanceOf(Observation.Alive.class);
    var back = Pods.of("", UNREACHABLE.formatted("True", ""));
    assertThat(read(back, List.of(), "17:09:00")).isInstanceOf(Observation.Alive.class);
    assertThat(Reading.isUnreachable(back)).isFalse();
  }

  @Test
  void a_pod_that_was_still_on_its_way_to_an_unreachable_node_is_done_without_too() {
    var disrupted =
        """
        - lastTransitionTime: "2026-11-22T10:02:00Z"
          message: 'Taint manager: deleting due to NoExecute taint'
          reason: DeletionByTaintManager
          status: "True"
          type: DisruptionTarget
        """;
    var status =
        Pods.onNode("Pending", CREATING)
            .replace("containerStatuses:", disrupted + "containerStatuses:");

    var ending = ENDING.replace("30\n", "700\n").replace("10:01:00", "10:12:40");
    assertThat(read(Pods.of(ending, status), List.of(), "10:02:14"))
        .isInstanceOf(Observation.Preparing.class);
    assertThat(read(Pods.of(ending, status), List.of(), "10:02:15"))
        .isInstanceOf(Observation.Exited.class);
  }

  @Test
  void what_the_cluster_did_to_a_pod_is_known_while_it_ends() {
    var running = Pods.onNode("Running", RUNNING);
    var drained =
        running.replace(
            "containerStatuses:",
            "- {type: DisruptionTarget, status: 'True', reason: EvictionByEvictionAPI}\n"
                + "containerStatuses:");

    assertThat(Reading.befell(Pods.of("", running))).isEmpty();
    assertThat(Reading.befell(Pods.of(ENDING, running))).isEmpty();
    assertThat(Reading.befell(Pods.of(ENDING, drained)).orElseThrow().why())
        .isEqualTo("Its node node1 was drained.");
  }

  @Test
  void who_is_being_replaced_is_the_next_instance_on_its_way() {
    var next = "99999999-2222-4333-8444-555555555555";
    var replaced = "  annotations: {berth.dev/replaced-by: %s}\n".formatted(next);

    var seen = read(Pods.of(ENDING + replaced, terminated(3, "Error")), List.of(), "10:00:40");

    assertThat(seen).isInstanceOf(Observation.Preparing.class);
    assertThat(((Observation.Preparing) seen).instance()).isEqualTo(new InstanceId(next));
    // Where nobody asked it to end, nobody replaces it: who wanted to was killed before.
    assertThat(read(Pods.of(replaced, terminated(3, "Error")), List.of(), "10:00:40"))
        .isInstanceOf(Observation.Exited.class);
  }

  @Test
  void an_annotation_that_was_edited_by_hand_says_nothing() {
    for (var value : List.of("me", "\"\"", "99999999-2222-4333-8444-55555555555Z")) {
      var replaced = "  annotations: {berth.dev/replaced-by: %s}\n".formatted(value);

      assertThat(read(Pods.of(ENDING + replaced, terminated(3, "Error")), List.of(), "10:00:40"))
          .isInstanceOf(Observation.Exited.class);
    }
  }

  // ---- words of the tests

  private Observation read(Pod pod, List<Event> events, String now) {
    return reading.of(pod, events, at(now));
  }

  private static Instant at(String time) {
    return Instant.parse("2026-11-22T" + time + "Z");
  }

  private static List<Event> events(String event) {
    return event.isEmpty() ? List.of() : Pods.events(event);
  }

  private static String scheduled(String reason, String message) {
    return """
    phase: Pending
    conditions:
    - {type: PodScheduled, status: "False", reason: %s, message: "%s"}
    """
        .formatted(reason, message);
  }

  private static String waiting(String reason, String message) {
    return Pods.onNode(
        "Pending", "{waiting: {reason: %s, message: \"%s\"}}".formatted(reason, message));
  }

  private static String terminated(int code, String reason) {
    return Pods.onNode(
        "Failed", "{terminated: {exitCode: %d, reason: %s}}".formatted(code, reason));
  }

  private static String disrupted(String reason) {
    return """
    phase: Failed
    conditions:
    - {type: DisruptionTarget, status: "True", reason: %s}
    containerStatuses:
    - {name: workspace, restartCount: 0, state: {terminated: {exitCode: 143, reason: Error}}}
    """
        .formatted(reason);
  }
}
