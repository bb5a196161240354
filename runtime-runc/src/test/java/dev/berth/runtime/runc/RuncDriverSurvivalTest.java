package dev.berth.runtime.runc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Observation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A kill -9 of the driver's process, some milliseconds after a start or stop began. */
class RuncDriverSurvivalTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static TestHost host;

  private final WorkspaceId fox = WorkspaceId.create("survival", "fox");

  @BeforeAll
  static void make_a_host() throws IOException, InterruptedException {
    host = TestHost.make();
  }

  @AfterAll
  static void remove_the_host() throws IOException, InterruptedException {
    host.end();
  }

  @AfterEach
  void remove_what_is_left() throws InterruptedException {
    try (var driver = RuncDriver.open(host.options())) {
      await().atMost(SOON).until(() -> driver.delete(fox));
    }
  }

  /** Four moments within the 300 ms that a start or a stop takes in a JVM that is cold. */
  static IntStream moments() {
    return new Random(25).ints(4, 0, 300);
  }

  @ParameterizedTest
  @MethodSource("moments")
  void a_start_broken_off_by_a_kill_is_finished_or_made_anew(int millis) throws Exception {
    killed("start", millis);
    try (var driver = RuncDriver.open(host.options())) {
      // What control does: looks, and starts what shall run and does not.
      var alive =
          await()
              .atMost(SOON)
              .until(
                  () -> {
                    var seen = driver.observe(fox);
                    if (seen instanceof Observation.Absent) {
                      driver.start(TestHost.spec(fox, "", List.of()));
                    }
                    return seen;
                  },
                  Observation.Alive.class::isInstance);

      assertThat(host.inside(fox, "id -u; ip addr show eth0")).startsWith("0").contains("inet 10.");
      assertThat(driver.observe(fox)).isEqualTo(alive);
      end(driver);
    }
  }

  @ParameterizedTest
  @MethodSource("moments")
  void a_stop_broken_off_by_a_kill_is_finished_by_the_next(int millis) throws Exception {
    try (var driver = RuncDriver.open(host.options())) {
      driver.start(TestHost.spec(fox, "", List.of()));
      await().atMost(SOON).until(() -> driver.observe(fox), Observation.Alive.class::isInstance);
    }
    killed("stop", millis);

    try (var driver = RuncDriver.open(host.options())) {
      end(driver);
    }
  }

  private void end(RuncDriver driver) throws IOException, InterruptedException {
    driver.stop(fox, Instant.now().plusSeconds(5));
    await().atMost(SOON).until(() -> driver.observe(fox), new Observation.Absent()::equals);
    assertThat(host.leftBehind()).isEmpty();
    assertThat(driver.present()).containsAnyOf(fox);
    await().atMost(SOON).until(() -> driver.delete(fox));
    assertThat(driver.present()).isEmpty();
  }

  /** Lets another process {@code what} the workspace, and kills it after {@code millis}. */
  private void killed(String what, int millis) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djdk.virtualThreadScheduler.parallelism=64",
                "-cp",
                System.getProperty("java.class.path"),
                KilledDriver.class.getName(),
                host.folder().toString(),
                what,
                fox.value())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      String line;
      do line = process.inputReader().readLine();
      while (line != null && !line.equals("begins"));
      assertThat(line).isNotNull();
      process.waitFor(millis, TimeUnit.MILLISECONDS);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
