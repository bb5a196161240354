package dev.berth.installer.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.base.Problem;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Stage;
import dev.berth.runtime.kubernetes.ControlPlane;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Two who change one installation, and an API server that is away meanwhile. */
@EnabledIfEnvironmentVariable(
    named = ControlPlane.ASSETS,
    matches = ".+",
    disabledReason = "needs etcd and kube-apiserver in the folder that KUBEBUILDER_ASSETS names")
final class ChangingOnControlPlaneTest {
  private static final AtomicInteger TESTS = new AtomicInteger();

  @TempDir private static Path folder;
  private static ControlPlane plane;

  private final String namespace = "changing-" + TESTS.incrementAndGet();
  private final List<String> said = new ArrayList<>();
  private Optional<Target> opened = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    plane = ControlPlane.start(folder);
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  @BeforeEach
  void connect() throws Exception {
    opened = Optional.of(connect(plane.kubeconfig(), namespace));
  }

  @AfterEach
  void close() {
    target().close();
  }

  private static Target connect(Path kubeconfig, String namespace) {
    return Target.connect(new ClusterAccess(Optional.of(kubeconfig), Optional.empty(), namespace));
  }

  private Target target() {
    return opened.orElseThrow();
  }

  private static Manifest manifest(Stage stage, String yaml) throws Exception {
    return new Manifest(stage, (ObjectNode) new YAMLMapper().readTree(yaml));
  }

  private Manifest space() throws Exception {
    return manifest(
        Stage.NAMESPACES,
        "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
  }

  private Manifest settings(String name) throws Exception {
    return manifest(
        Stage.SETTINGS,
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: %s}, data: {a: b}}"
            .formatted(name, namespace));
  }

  private List<Manifest> wanted(String... names) throws Exception {
    var all = new ArrayList<>(List.of(space()));
    for (var name : names) all.add(settings(name));
    return all;
  }

  private Applying applying(String who, boolean force, Clock clock, Consumer<String> progress) {
    var options = new Applying.Options(namespace, who, "1", Duration.ofMinutes(1), false, force);
    return new Applying(target(), options, progress, clock);
  }

  private Removing removing(Duration patience, Clock clock, Consumer<String> progress) {
    return removing(target(), namespace, patience, clock, progress);
  }

  private static Removing removing(
      Target target, String namespace, Duration patience, Clock clock, Consumer<String> progress) {
    var options =
        new Removing.Options(namespace, namespace, Optional.of("ours"), false, false, patience);
    return new Removing(target, options, progress, clock);
  }

  private boolean isThere(String name) {
    return target().client().configMaps().inNamespace(namespace).withName(name).get() != null;
  }

  private boolean isTaken() {
    return isThere(Turn.NAME);
  }

  private List<String> recorded() {
    return new Applied(target(), namespace)
        .all().stream().filter(one -> !one.isNamespace()).map(Manifest::name).toList();
  }

  /** Does {@code act} at the first line that contains {@code words}. */
  private final class Once implements Consumer<String> {
    private final String words;
    private final Act act;
    private boolean done;

    Once(String words, Act act) {
      this.words = words;
      this.act = act;
    }

    @Override
    public void accept(String line) {
      said.add(line);
      if (done || !line.contains(words)) return;
      done = true;
      try {
        act.take();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private interface Act {
    void take() throws Exception;
  }

  /** A clock that goes on, and leaps where it is told to. */
  private static final class Leaping extends Clock {
    private Duration ahead = Duration.ZERO;

    void leap(Duration by) {
      ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public java.time.ZoneId getZone() {
      return java.time.ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }

  @Test
  void who_slept_while_another_applied_prunes_nothing_and_leaves_the_others_record()
      throws Exception {
    applying("first", false, Clock.systemUTC(), said::add).apply(wanted("a", "b", "c"));
    var clock = new Leaping();
    var sleeps =
        new Once(
            "no longer wanted",
            () -> {
              clock.leap(Duration.ofMinutes(3));
              applying("other", false, clock, said::add).apply(wanted("a", "b", "c"));
            });

    assertThatThrownBy(() -> applying("sleeper", false, clock, sleeps).apply(wanted("a")))
        .isInstanceOf(Problem.Conflict.class);

    assertThat(List.of(isThere("a"), isThere("b"), isThere("c"))).containsOnly(true);
    assertThat(recorded()).containsExactlyInAnyOrder("a", "b", "c");
    removing(Duration.ofMinutes(1), Clock.systemUTC(), said::add).remove("other");
    assertThat(List.of(isThere("a"), isThere("b"), isThere("c"))).containsOnly(false);
  }

  @Test
  void who_is_overtaken_by_force_stops_at_once() throws Exception {
    applying("first", false, Clock.systemUTC(), said::add).apply(wanted("a", "b", "c"));
    var overtaken =
        new Once(
            "no longer wanted",
            () ->
                applying("other", true, Clock.systemUTC(), said::add).apply(wanted("a", "b", "c")));

    assertThatThrownBy(
            () -> applying("slow", false, Clock.systemUTC(), overtaken).apply(wanted("a")))
        .isInstanceOf(Problem.Conflict.class)
        .hasMessageContaining("taken over");

    assertThat(List.of(isThere("a"), isThere("b"), isThere("c"))).containsOnly(true);
    assertThat(recorded()).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void a_writer_of_the_record_that_somebody_else_has_written_since_is_refused() throws Exception {
    target().apply(space());
    var stale = new Applied(target(), namespace);
    var slow = new Applied.Attempt(Instant.parse("2026-11-22T12:00:00Z"), "slow", "1");
    stale.begin(slow, wanted("a"));
    var other = new Applied(target(), namespace);
    var quick = new Applied.Attempt(Instant.parse("2026-11-22T12:03:00Z"), "quick", "1");
    other.begin(quick, wanted("a", "c"));

    assertThatThrownBy(() -> stale.end(slow, wanted("a")))
        .isInstanceOf(Problem.Conflict.class)
        .hasMessageContaining("quick");
    other.end(quick, wanted("a", "c"));
    assertThatThrownBy(() -> stale.end(slow, wanted("a")))
        .isInstanceOf(Problem.Conflict.class)
        .hasMessageContaining("quick");

    assertThat(recorded()).containsExactlyInAnyOrder("a", "c");
    assertThat(other.ended()).contains(quick);
  }

  @Test
  void what_was_written_though_its_answer_got_lost_may_be_written_again() throws Exception {
    target().apply(space());
    var applied = new Applied(target(), namespace);
    var attempt = new Applied.Attempt(Instant.parse("2026-11-22T12:00:00Z"), "who", "1");

    for (int tries = 0; tries < 2; tries++) applied.begin(attempt, wanted("a"));
    for (int tries = 0; tries < 2; tries++) applied.end(attempt, wanted("a"));

    assertThat(recorded()).containsExactly("a");
    assertThat(applied.begun()).isEmpty();
  }

  @Test
  void a_removal_goes_on_when_the_api_server_is_back() throws Exception {
    applying("first", false, Clock.systemUTC(), said::add).apply(wanted("a", "b"));
    var back = new Once("does not answer as it should", plane::resume);
    var away =
        new Once(
            "removed: ",
            () -> {
              assertThat(isTaken()).isTrue();
              plane.interrupt();
            });

    removing(
            Duration.ofMinutes(2),
            Clock.systemUTC(),
            line -> {
              away.accept(line);
              back.accept(line);
            })
        .remove("test");

    assertThat(said).anyMatch(line -> line.contains("does not answer as it should"));
    assertThat(List.of(isThere("a"), isThere("b"), isTaken())).containsOnly(false);
  }

  @Test
  void what_a_removal_failed_at_is_told_though_its_turn_cannot_be_given_back() throws Exception {
    applying("first", false, Clock.systemUTC(), said::add).apply(wanted("a", "b"));
    var away = new Once("removed: ", plane::interrupt);
    try {
      assertThatThrownBy(
              () -> removing(Duration.ofSeconds(2), Clock.systemUTC(), away).remove("test"))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageStartingWith("Going on with the installation in " + namespace);
    } finally {
      plane.resume();
    }
    assertThat(said).anyMatch(line -> line.contains("turn could not be given back"));
    assertThat(isTaken()).isTrue();

    var later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(3));
    removing(Duration.ofMinutes(1), later, said::add).remove("test");
    assertThat(List.of(isThere("a"), isThere("b"), isTaken())).containsOnly(false);
  }

  @Test
  void who_is_interrupted_gives_the_turn_back() throws Exception {
    var never =
        manifest(
            Stage.GATEWAY,
            "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: %s}, spec: {type: LoadBalancer, ports: [{port: 80}]}}"
                .formatted(namespace));
    var interrupted = new Once("no address yet", () -> Thread.currentThread().interrupt());

    assertThatThrownBy(() ->
            applying("test", false, Clock.systemUTC(), interrupted).apply(List.of(space(), never)))
        .isInstanceOf(InterruptedException.class);

    assertThat(isTaken()).isFalse();
  }

  /** A removal as a process of its own: it waits for a workspace that never ends. */
  static final class Remover {
    private Remover() {}

    public static void main(String[] args) throws Exception {
      try (var target = connect(Path.of(args[0]), args[1])) {
        removing(target, args[1], Duration.ofMinutes(5), Clock.systemUTC(), System.out::println)
            .remove("remover");
      }
    }
  }

  @Test
  void a_removal_that_is_broken_off_gives_the_turn_back() throws Exception {
    applying("first", false, Clock.systemUTC(), said::add).apply(wanted("a"));
    var pod =
        manifest(
            Stage.CONTROL,
            """
            {apiVersion: v1, kind: Pod, spec: {containers: [{name: c, image: none}]}, metadata:
             {name: held, namespace: %s, finalizers: [example.com/nobody],
              labels: {app.kubernetes.io/managed-by: berth, berth.dev/installation: ours}}}
            """
                .formatted(namespace));
    target().apply(pod);
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Remover.class.getName(),
                plane.kubeconfig().toString(),
                namespace)
            .redirectErrorStream(true)
            .start();
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.lines().anyMatch(line -> line.contains("saves its files and ends: held")))
          .isTrue();
      assertThat(isTaken()).isTrue();

      process.destroy();

      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(isTaken()).isFalse();
    } catch (UncheckedIOException | IOException e) {
      throw new AssertionError("the remover's words cannot be read", e);
    } finally {
      process.destroyForcibly();
      target().merge(pod, "{\"metadata\":{\"finalizers\":null}}");
    }
  }
}
