package dev.berth.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.http.TcpProxy;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.WorkspaceId;
import dev.berth.registry.pull.Platform;
import dev.berth.registry.pull.RegistryAccess;
import dev.berth.registry.pull.RegistryClient;
import dev.berth.runtime.Driver;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import dev.berth.runtime.Seed;
import dev.berth.runtime.kubernetes.pod.ContentContainer;
import dev.berth.runtime.kubernetes.pod.Placement;
import dev.berth.runtime.kubernetes.pod.PodOptions;
import dev.berth.runtime.kubernetes.pod.SupervisorTree;
import dev.berth.runtime.kubernetes.pod.TreeImage;
import dev.berth.runtime.kubernetes.reading.Patience;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a real cluster does to pods, and what is seen of it. */
@OnCluster
class PodsOnClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static TestCluster cluster;

  private final WorkspaceId fox = WorkspaceId.create("cluster", "fox");

  @BeforeAll
  static void make_a_namespace() throws Exception {
    cluster = TestCluster.make("pods");
  }

  @AfterAll
  static void remove_the_namespace() throws Exception {
    cluster.end();
  }

  @AfterEach
  void remove_what_is_left() {
    cluster.client().resourceQuotas().inNamespace(cluster.namespace()).delete();
    try (var driver = KubernetesDriver.open(cluster.options())) {
      await().atMost(SOON).until(() -> driver.delete(fox));
      assertThat(driver.present()).isEmpty();
    }
  }

  // ---- what it is inside

  @Test
  void an_instance_has_what_is_its_own_and_nothing_of_the_clusters() throws Exception {
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(TestSpecs.spec(fox, ""));
      alive(driver);

      var said =
          inside(
              """
              b=/.supervisor/bin/busybox
              echo "user $($b id -u)"
              echo "outside $($b awk '{print $2}' /proc/self/uid_map)"
              echo "plan $($b stat -L -c '%a %u' /.berth/boot.json)"
              echo "env $IMAGE_SAYS/$JAVA_TOOL_OPTIONS/$FROM_TREE/$PATH"
              echo "seccomp $($b awk '/^Seccomp:/{print $2}' /proc/self/status)"
              $b ls /var/run/secrets 2>&1
              $b touch /.supervisor/x 2>&1; $b touch /workspace/x && echo writes
              $b df /dev/shm | $b tail -1 | $b awk '{print "shm " $2}'
              """);

      assertThat(said)
          .contains("user 0\n", "plan 400 0\n", "seccomp 2\n", "writes\n", "shm 131072\n")
          .contains("env hello//$(HOME) is $$/")
          .contains("/var/run/secrets: No such file", "/.supervisor/x: Read-only file system");
      assertThat(said).doesNotContain("/nowhere", "outside 0\n");
      var labels = cluster.pod(fox).getMetadata().getLabels();
      assertThat(labels).containsEntry("berth.dev/class", "standard");
    }
  }

  @Test
  void what_a_registry_tells_of_an_image_is_in_the_plan() throws Exception {
    var usual = cluster.options();
    var plain = RegistryAccess.plain(Set.of(System.getenv("BERTH_TEST_REGISTRY")));
    try (var registries = RegistryClient.open(plain, Platform.here());
        var driver =
            KubernetesDriver.open(
                new KubernetesOptions(
                    usual.access(),
                    usual.pods(),
                    usual.trees(),
                    usual.users(),
                    Optional.of(registries),
                    usual.network(),
                    usual.patience()))) {
      var spec = TestSpecs.spec(fox, "");
      driver.start(
          new InstanceSpec(
              spec.image(),
              spec.size(),
              spec.boot(),
              spec.editor(),
              spec.sources(),
              spec.seed(),
              spec.inMemory(),
              (plan, _, user) -> plan.workedInBy(user.orElse("nobody"))));
      alive(driver);

      assertThat(inside("/.supervisor/bin/busybox cat /.berth/boot.json"))
          .contains("\"IMAGE_SAYS\":\"hello\"", "\"JAVA_TOOL_OPTIONS\":\"-Dimage=1\"")
          .contains("\"user\":\"1000\"");
    }
  }

  @Test
  void an_image_without_a_shell_runs() throws Exception {
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(spec(new InstanceImage.Reference(cluster.images().bare())));
      alive(driver);

      assertThat(inside("/.supervisor/bin/busybox ls /")).contains("workspace");
    }
  }

  @Test
  void where_images_cannot_be_mounted_trees_are_copied() throws Exception {
    var options =
        cluster.options(cluster.access(), plainPods(), KubernetesOptions.Trees.INIT_CONTAINER);
    try (var driver = KubernetesDriver.open(options)) {
      driver.start(TestSpecs.spec(fox, ""));

      assertThat(alive(driver).steps())
          .extracting(StartStep::name)
          .containsExactly("node", "network", "files", "image");
      assertThat(inside("/.supervisor/bin/busybox touch /.supervisor/x"))
          .contains("Read-only file system");
    }
  }

  @Test
  void the_end_of_a_long_log_is_told_and_outlives_its_pod() {
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(TestSpecs.spec(fox, "flood"));
      alive(driver);
      await().atMost(SOON).until(() -> driver.log(fox).endsWith("flooded\n"));
      assertThat(driver.log(fox).length()).isLessThanOrEqualTo(64 * 1024);

      driver.stop(fox, Instant.now().plusSeconds(20));
      absent(driver);

      assertThat(driver.log(fox)).endsWith("flooded\n").contains("a line of a flood\n");
    }
  }

  // ---- what keeps its files

  @Test
  void files_are_restored_before_the_first_process_and_saved_at_the_end() throws Exception {
    var seed = new Seed(WorkspaceId.create("another", "one"), "a-point");
    try (var driver = KubernetesDriver.open(cluster.options(withContent("sh")))) {
      var spec = TestSpecs.spec(fox, "", new InstanceImage.Default(), Optional.of(seed));
      driver.start(spec);
      alive(driver);

      assertThat(inside("/.supervisor/bin/busybox cat /workspace/restored"))
          .contains(spec.boot().instance().value(), "a-point", seed.workspace().value());

      driver.stop(fox, Instant.now().plusSeconds(20));
      absent(driver);
    }
  }

  @Test
  void who_does_not_end_is_saved_before_he_is_killed() throws Exception {
    try (var driver = KubernetesDriver.open(cluster.options(withContent("sh")))) {
      driver.start(TestSpecs.spec(fox, "stubborn"));
      alive(driver);
      var watched = Executors.newVirtualThreadPerTaskExecutor();
      var asked =
          watched.submit(() ->
              cluster.inside(
                  fox,
                  "content",
                  "b=/bin/busybox; until $b grep POST /content/files/asked; do $b sleep 0.1; done"));

      var killAfter = Instant.now().plusMillis(500);
      await()
          .atMost(SOON)
          .until(() -> {
            driver.stop(fox, killAfter);
            return driver.observe(fox) instanceof Observation.Absent;
          });

      assertThat(asked.get()).contains("POST /save");
      assertThat(Instant.now()).isBefore(killAfter.plus(withContentGrace()).plusSeconds(10));
      watched.shutdownNow();
    }
  }

  @Test
  void a_start_whose_files_cannot_be_restored_fails_with_the_reason() {
    try (var driver = KubernetesDriver.open(cluster.options(withContent("never")))) {
      driver.start(TestSpecs.spec(fox, ""));

      var failed = seen(driver, Observation.Failed.class::isInstance, Duration.ofSeconds(150));

      assertThat(((Observation.Failed) failed).what())
          .contains("could not be restored", "the store is away");
    }
  }

  // ---- what goes wrong

  @Test
  void a_pod_removed_by_hand_is_absent_and_starts_again() {
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(TestSpecs.spec(fox, ""));
      alive(driver);

      cluster.client().pods().inNamespace(cluster.namespace()).withName(fox.value()).delete();

      absent(driver);
      var again = TestSpecs.spec(fox, "");
      driver.start(again);
      assertThat(alive(driver).instance()).isEqualTo(again.boot().instance());
    }
  }

  @Test
  void one_that_is_drained_from_its_node_says_so_when_its_pod_is_gone() {
    try (var driver = KubernetesDriver.open(cluster.options(withContent("sh")))) {
      driver.start(TestSpecs.spec(fox, ""));
      alive(driver);

      assertThat(
              cluster
                  .client()
                  .pods()
                  .inNamespace(cluster.namespace())
                  .withName(fox.value())
                  .evict())
          .isTrue();

      var gone = (Observation.Exited) seen(driver, Observation.Exited.class::isInstance, SOON);
      assertThat(gone.why()).contains("was drained");
      await()
          .atMost(SOON)
          .until(() ->
              cluster.client().pods().inNamespace(cluster.namespace()).withName(fox.value()).get()
                  == null);
      assertThat(driver.observe(fox)).isEqualTo(gone);
      driver.start(TestSpecs.spec(fox, ""));
      alive(driver);
    }
  }

  @Test
  void one_whose_disk_is_full_is_evicted_with_the_reason() throws Exception {
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(TestSpecs.spec(fox, ""));
      alive(driver);

      inside("/.supervisor/bin/busybox dd if=/dev/zero of=/workspace/big bs=1M count=100");

      var exited = seen(driver, Observation.Exited.class::isInstance, Duration.ofSeconds(150));
      assertThat(((Observation.Exited) exited).why()).contains("evicted it", "EmptyDir volume");
    }
  }

  @Test
  void one_that_makes_room_for_something_more_important_says_so() {
    var important = "berth-test-important-" + ProcessHandle.current().pid();
    var classes = cluster.client().scheduling().v1().priorityClasses();
    classes
        .resource(
            new PriorityClassBuilder()
                .withNewMetadata()
                .withName(important)
                .endMetadata()
                .withValue(1000)
                .build())
        .create();
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(TestSpecs.spec(fox, ""));
      alive(driver);
      var pods = cluster.client().pods().inNamespace(cluster.namespace());
      pods.resource(
              new PodBuilder()
                  .withNewMetadata()
                  .withName("important")
                  .endMetadata()
                  .withNewSpec()
                  .withPriorityClassName(important)
                  .withTerminationGracePeriodSeconds(0L)
                  .addToNodeSelector(
                      "kubernetes.io/hostname", cluster.pod(fox).getSpec().getNodeName())
                  .withNewAffinity()
                  .withNewPodAntiAffinity()
                  .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                  .withNewLabelSelector()
                  .addToMatchLabels("berth.dev/workspace", fox.value())
                  .endLabelSelector()
                  .withTopologyKey("kubernetes.io/hostname")
                  .endRequiredDuringSchedulingIgnoredDuringExecution()
                  .endPodAntiAffinity()
                  .endAffinity()
                  .addNewContainer()
                  .withName("sleeps")
                  .withImage(cluster.images().workspace())
                  .withCommand("/bin/busybox", "sleep", "1000")
                  .endContainer()
                  .endSpec()
                  .build())
          .create();

      var exited = (Observation.Exited) seen(driver, Observation.Exited.class::isInstance, SOON);
      assertThat(exited.why()).contains("something more important");
    } finally {
      cluster.client().pods().inNamespace(cluster.namespace()).withName("important").delete();
      classes.withName(important).delete();
    }
  }

  @Test
  void a_pod_whose_labels_were_taken_by_hand_is_still_seen_and_ended() {
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(TestSpecs.spec(fox, ""));
      var before = alive(driver);

      cluster
          .client()
          .pods()
          .inNamespace(cluster.namespace())
          .withName(fox.value())
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              """
              {"metadata": {"labels": {"app.kubernetes.io/managed-by": null, "berth.dev/instance": "me"}}}
              """);

      await()
          .during(Duration.ofSeconds(1))
          .atMost(SOON)
          .until(() -> driver.observe(fox), before::equals);
      driver.stop(fox, Instant.now().plusSeconds(10));
      absent(driver);
    }
  }

  @Test
  void who_needs_more_memory_than_his_class_has_is_told() {
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(TestSpecs.spec(fox, "eat"));

      var exited = seen(driver, Observation.Exited.class::isInstance, SOON);

      assertThat(((Observation.Exited) exited).why()).contains("more memory than the 256 MiB");
    }
  }

  @Test
  void an_image_that_is_nowhere_fails_with_the_registrys_words() {
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(spec(new InstanceImage.Reference(cluster.images().name("no-such-image"))));

      var failed = seen(driver, Observation.Failed.class::isInstance, SOON);

      assertThat(((Observation.Failed) failed).what()).contains("no-such-image", "not found");
    }
  }

  @Test
  void a_registry_that_does_not_answer_is_waited_for() {
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(spec(new InstanceImage.Reference("10.213.0.2:9/no/registry:1")));

      seen(driver, now -> detail(now).contains("trying again"), SOON);

      assertThat(driver.observe(fox)).isInstanceOf(Observation.Preparing.class);
      driver.stop(fox, Instant.now());
      absent(driver);
    }
  }

  @Test
  void a_tree_of_ours_that_is_nowhere_is_told_like_an_image() {
    var usual = plainPods();
    var nowhere = new TreeImage(cluster.images().name("no-such-trees"), "opt/supervisor");
    var supervisor = new SupervisorTree(nowhere, TestImages.ARGV, Map.of());
    var pods =
        new PodOptions(
            usual.installation(),
            usual.defaultImage(),
            supervisor,
            Optional.empty(),
            Optional.empty(),
            usual.placement(),
            usual.shares());
    try (var driver = KubernetesDriver.open(cluster.options(pods))) {
      driver.start(TestSpecs.spec(fox, ""));

      var failed = seen(driver, Observation.Failed.class::isInstance, SOON);

      assertThat(((Observation.Failed) failed).what()).contains("no-such-trees", "not found");
    }
  }

  @Test
  void rights_in_its_namespace_are_enough() throws Exception {
    var access = cluster.access(cluster.namespacedAccount());
    var options = cluster.options(access, plainPods(), KubernetesOptions.Trees.AUTO);
    try (var driver = KubernetesDriver.open(options)) {
      driver.start(TestSpecs.spec(fox, "exit"));
      seen(driver, Observation.Exited.class::isInstance, SOON);
      driver.start(TestSpecs.spec(fox, ""));
      alive(driver);
      assertThat(driver.present()).containsExactly(fox);
      assertThat(driver.log(fox)).contains("supervisor starts");
      driver.stop(fox, Instant.now().plusSeconds(10));
      absent(driver);
      assertThat(driver.log(fox)).contains("supervisor starts");
      await().atMost(SOON).until(() -> driver.delete(fox));
      assertThat(driver.present()).isEmpty();
    }
  }

  @Test
  void a_name_that_is_no_image_fails() {
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(spec(new InstanceImage.Reference("Not An Image")));

      var failed = seen(driver, Observation.Failed.class::isInstance, SOON);

      assertThat(((Observation.Failed) failed).what()).contains("Not An Image");
    }
  }

  @Test
  void a_cluster_without_labelled_nodes_is_told_by_the_label() {
    var placement =
        new Placement("nobody.example", List.of(), Optional.empty(), List.of(), Map.of());
    var pods = cluster.pods(Optional.empty(), placement);
    try (var driver = KubernetesDriver.open(cluster.options(pods))) {
      driver.start(TestSpecs.spec(fox, ""));
      seen(driver, now -> detail(now).contains("no node yet"), SOON);
    }
    var hasty = patience(Duration.ofSeconds(1));
    try (var driver = KubernetesDriver.open(with(cluster.options(pods), hasty))) {
      var failed = seen(driver, Observation.Failed.class::isInstance, SOON);

      assertThat(((Observation.Failed) failed).remedy())
          .contains("nobody.example/workload_workspace_regular=true");
      driver.stop(fox, Instant.now());
      absent(driver);
    }
  }

  @Test
  void a_size_whose_priority_class_is_not_there_is_told_with_its_name() {
    var standard = new Placement.OfSize(List.of(), Optional.of("berth-test-nowhere"));
    var placement =
        new Placement(
            "gitpod.io", List.of(), Optional.empty(), List.of(), Map.of("standard", standard));
    var pods = cluster.pods(Optional.empty(), placement);
    try (var driver = KubernetesDriver.open(cluster.options(pods))) {
      driver.start(TestSpecs.spec(fox, ""));

      var seen = seen(driver, Observation.Failed.class::isInstance, SOON);

      var failed = (Observation.Failed) seen;
      assertThat(failed.what()).contains("priority class", "berth-test-nowhere");
      assertThat(failed.remedy()).contains("kubectl create priorityclass berth-test-nowhere");
    }
  }

  @Test
  void a_quota_that_is_used_up_is_told_and_is_tried_again_when_asked() {
    cluster.quota("0");
    try (var driver = KubernetesDriver.open(cluster.options())) {
      driver.start(TestSpecs.spec(fox, ""));

      var failed = (Observation.Failed) seen(driver, Observation.Failed.class::isInstance, SOON);
      assertThat(failed.what()).contains("exceeded quota");
      assertThat(failed.remedy()).contains(cluster.namespace());

      driver.stop(fox, Instant.now());
      absent(driver);
      cluster.client().resourceQuotas().inNamespace(cluster.namespace()).delete();
      driver.start(TestSpecs.spec(fox, ""));
      alive(driver);
    }
  }

  @Test
  void while_the_server_is_away_nothing_is_said_to_be_absent_and_afterwards_all_is_seen()
      throws Exception {
    var server = URI.create(cluster.client().getMasterUrl().toString());
    try (var wire = TcpProxy.before(new InetSocketAddress(server.getHost(), server.getPort()));
        var driver = KubernetesDriver.open(through(wire))) {
      var spec = TestSpecs.spec(fox, "");
      driver.start(spec);
      var before = alive(driver);
      var owl = WorkspaceId.create("cluster", "owl");
      assertThat(driver.observe(owl)).isInstanceOf(Observation.Absent.class);

      wire.cut();

      await().atMost(SOON).untilAsserted(() -> assertAway(() -> driver.observe(owl)));
      assertAway(() -> driver.observe(fox));
      assertAway(() -> driver.present());
      assertAway(() -> {
        driver.start(TestSpecs.spec(owl, ""));
        return owl;
      });

      try (var opened = KubernetesDriver.open(through(wire))) {
        assertAway(() -> opened.observe(fox));
        wire.mend();
        await()
            .atMost(SOON)
            .ignoreExceptions()
            .untilAsserted(() -> assertThat(opened.observe(fox)).isEqualTo(before));
      }
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(driver.observe(fox)).isEqualTo(before));
      assertThat(driver.observe(owl)).isInstanceOf(Observation.Absent.class);
    }
  }

  /** As an API server does that lets clients move on to another one of it (--goaway-chance). */
  @Test
  void a_server_that_hangs_up_at_will_is_asked_again_and_watched_on() throws Exception {
    var server = URI.create(cluster.client().getMasterUrl().toString());
    try (var wire = TcpProxy.before(new InetSocketAddress(server.getHost(), server.getPort()));
        var driver = KubernetesDriver.open(through(wire));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      driver.start(TestSpecs.spec(fox, ""));
      var before = alive(driver);

      int answered = 0;
      for (int i = 0; i < 60; i++) {
        var question = threads.submit(() -> isThere(driver));
        wire.cut();
        wire.mend();
        if (question.get()) answered++;
        assertThat(orAway(() -> driver.observe(fox))).isIn(Optional.of(before), Optional.empty());
      }
      assertThat(answered).isPositive();
      await().atMost(SOON).until(() -> isThere(driver));
      assertThat(driver.observe(fox)).isEqualTo(before);

      cluster
          .client()
          .pods()
          .inNamespace(cluster.namespace())
          .withName(fox.value())
          .withGracePeriod(0)
          .delete();
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(driver.instances()).isEmpty());
    }
  }

  /** Whether it was answered; who is hung up on says that the server is away, and nothing else. */
  private boolean isThere(Driver driver) {
    return orAway(driver::present).filter(all -> all.contains(fox)).isPresent();
  }

  private static <T> Optional<T> orAway(Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (Problem.Unavailable e) {
      return Optional.empty();
    }
  }

  @Test
  void of_two_drivers_that_start_at_once_one_makes_the_instance_and_with_its_own_plan()
      throws Exception {
    try (var one = KubernetesDriver.open(cluster.options());
        var other = KubernetesDriver.open(cluster.options());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var specs = IntStream.range(0, 6).mapToObj(_ -> TestSpecs.spec(fox, "")).toList();
      var calls =
          IntStream.range(0, 6)
              .<Callable<Void>>mapToObj(i ->
                  () -> {
                    (i % 2 == 0 ? one : other).start(specs.get(i));
                    return null;
                  })
              .toList();
      for (var call : threads.invokeAll(calls)) call.get();

      var seen = alive(one);
      assertThat(alive(other)).isEqualTo(seen);
      assertThat(specs).extracting(spec -> spec.boot().instance()).contains(seen.instance());
      assertThat(inside("/.supervisor/bin/busybox cat /.berth/boot.json"))
          .contains("\"instance\":\"" + seen.instance() + "\"");

      one.stop(fox, Instant.now().plusSeconds(10));
      absent(other);
      absent(one);
    }
  }

  // ---- words of the tests

  private static Observation.Alive alive(Driver driver, WorkspaceId workspace) {
    var seen =
        await()
            .atMost(SOON)
            .until(
                () -> driver.observe(workspace),
                now -> now instanceof Observation.Alive || now instanceof Observation.Failed);
    assertThat(seen).isInstanceOf(Observation.Alive.class);
    return (Observation.Alive) seen;
  }

  private Observation.Alive alive(Driver driver) {
    return alive(driver, fox);
  }

  private void absent(Driver driver) {
    await().atMost(SOON).until(() -> driver.observe(fox), new Observation.Absent()::equals);
  }

  private Observation seen(Driver driver, Predicate<Observation> wanted, Duration within) {
    return await().atMost(within).until(() -> driver.observe(fox), wanted);
  }

  /** How far the step that goes on is. */
  private static String detail(Observation seen) {
    return seen instanceof Observation.Preparing(_, var steps) ? steps.getLast().detail() : "";
  }

  private static void assertAway(Callable<?> call) {
    assertThatThrownBy(call::call)
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("does not answer");
  }

  private String inside(String script) throws Exception {
    return cluster.inside(fox, "workspace", script);
  }

  private InstanceSpec spec(InstanceImage image) {
    return TestSpecs.spec(fox, "", image, Optional.empty());
  }

  private static PodOptions plainPods() {
    return cluster.pods(Optional.empty(), Placement.DEFAULT);
  }

  private static Duration withContentGrace() {
    return Duration.ofSeconds(15);
  }

  private static PodOptions withContent(String restore) {
    var content =
        new ContentContainer(
            cluster.images().content(),
            List.of("/bin/sh"),
            restore.equals("never")
                ? List.of("-c", "echo the store is away; exit 1")
                : List.of("/bin/content"),
            _ -> Map.of("STORE_KEY", "secret"),
            64L << 20,
            withContentGrace(),
            Duration.ofSeconds(60));
    return cluster.pods(Optional.of(content), Placement.DEFAULT);
  }

  private static Patience patience(Duration scheduling) {
    var usual = Patience.DEFAULT;
    return new Patience(
        scheduling,
        usual.scaleUp(),
        usual.pulling(),
        usual.preparing(),
        usual.lost(),
        usual.unreachable());
  }

  private static KubernetesOptions with(KubernetesOptions options, Patience patience) {
    return new KubernetesOptions(
        options.access(),
        options.pods(),
        options.trees(),
        options.users(),
        options.registries(),
        options.network(),
        patience);
  }

  private static KubernetesOptions through(TcpProxy wire) throws Exception {
    var text = Files.readString(Path.of(System.getenv("KUBECONFIG")));
    var file = cluster.folder().resolve("proxied.conf");
    Files.writeString(
        file, text.replaceAll("https://[^\"\\s,}]+", "https://127.0.0.1:" + wire.port()));
    return cluster.options(cluster.access(file), plainPods(), KubernetesOptions.Trees.AUTO);
  }
}
