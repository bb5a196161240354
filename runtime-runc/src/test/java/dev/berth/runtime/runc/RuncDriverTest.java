package dev.berth.runtime.runc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import dev.berth.runtime.DriverContract;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import dev.berth.runtime.WorkspaceSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RuncDriverTest extends DriverContract {
  private static TestHost host;

  @BeforeAll
  static void make_a_host() throws IOException, InterruptedException {
    host = TestHost.make();
  }

  @AfterAll
  static void remove_the_host() throws IOException, InterruptedException {
    host.end();
  }

  /** Each 5 ms of the 200 that a start takes; what is left behind is seen when it is stopped. */
  @Test
  void a_start_that_is_stopped_at_any_moment_leaves_nothing_of_a_container() throws Exception {
    var fox = WorkspaceId.create("contract", "fox");
    try (var driver = open()) {
      for (int millis = 0; millis < 200; millis += 5) {
        driver.start(running(fox));
        Thread.sleep(millis); // the moment is what is tested
        driver.stop(fox, Instant.now());
        await()
            .pollInterval(Duration.ofMillis(5))
            .atMost(Duration.ofSeconds(30))
            .until(() -> driver.observe(fox) instanceof Observation.Absent);
        assertThat(host.containers()).as("stopped after %d ms", millis).isEmpty();
      }
      await().until(() -> driver.delete(fox));
    }
  }

  /** crun 1.8 refused an option of runc's so, and nobody could know why nothing started. */
  @Test
  void what_the_runtime_prints_is_told_where_it_writes_no_log() throws Exception {
    var strict = host.folder().resolve("strict-runc");
    Files.writeString(
        strict,
        """
        #!/bin/sh
        case " $* " in *" run "*) exec runc --no-such-option "$@" ;; esac
        exec runc "$@"
        """);
    Files.setPosixFilePermissions(strict, PosixFilePermissions.fromString("rwx------"));
    var fox = WorkspaceId.create("contract", "fox");
    try (var driver = RuncDriver.open(host.options(strict.toString()))) {
      driver.start(running(fox));
      var failed =
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> driver.observe(fox), seen -> seen instanceof Observation.Failed);
      assertThat(((Observation.Failed) failed).what())
          .contains("flag provided but not defined: -no-such-option");
      driver.stop(fox, Instant.now());
      await().until(() -> driver.delete(fox));
    }
  }

  /** As one whose first process was runc's own program yet when it was asked. */
  @Test
  void one_that_did_not_hear_that_it_is_to_end_is_asked_again() {
    try (var driver = open()) {
      driver.start(spec(fox, new InstanceImage.Default(), Map.of("DO", "deaf")));
      alive(driver, fox);

      driver.stop(fox, Instant.now().plus(Duration.ofHours(1)));

      absent(driver, fox);
    }
  }

  @Override
  protected Driver open() {
    try {
      return RuncDriver.open(host.options());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected InstanceSpec running(WorkspaceId workspace) {
    return spec(workspace, new InstanceImage.Default(), Map.of());
  }

  @Override
  protected InstanceSpec exiting(WorkspaceId workspace) {
    return spec(workspace, new InstanceImage.Default(), Map.of("DO", "exit"));
  }

  @Override
  protected InstanceSpec failing(WorkspaceId workspace) {
    return spec(workspace, new InstanceImage.Reference("test/no-such-image"), Map.of());
  }

  @Override
  protected InstanceSpec stubborn(WorkspaceId workspace) {
    return spec(workspace, new InstanceImage.Default(), Map.of("DO", "stubborn"));
  }

  private static InstanceSpec spec(
      WorkspaceId workspace, InstanceImage image, Map<String, String> env) {
    var size = new WorkspaceSize(1000, 256L << 20, 128);
    return new InstanceSpec(
        image, size, boot(workspace, env), Optional.empty(), List.of(), Optional.empty());
  }
}
