package dev.berth.runtime.kubernetes.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EndingTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:01:00Z");
  private static final String RUNNING =
      Pods.onNode("Running", "{running: {startedAt: \"2026-11-22T10:00:05Z\"}}");
  private static final String ENDED =
      Pods.onNode("Running", "{terminated: {exitCode: 0, reason: Completed}}");

  /** A pod, its content's grace in seconds, killAfter in ms from now, and the grace asked for. */
  static Stream<Arguments> asks() {
    return Stream.of(
        Arguments.of(Pods.of("", RUNNING), 0, 10_000, 10),
        Arguments.of(Pods.of("", RUNNING), 0, 300, 1),
        Arguments.of(Pods.of("", RUNNING), 0, -5_000, 1),
        // The supervisor needs no more than the pod's own grace.
        Arguments.of(Pods.of("", RUNNING), 0, 3_600_000, 30),
        Arguments.of(Pods.of("", "phase: Pending"), 0, 10_000, 1),
        Arguments.of(Pods.of("", ENDED), 0, 10_000, 1),
        Arguments.of(Pods.withContent("", RUNNING), 20, 5_000, 25),
        Arguments.of(Pods.withContent("", RUNNING), 20, 3_600_000, 30),
        Arguments.of(Pods.withContent("", ENDED), 20, 5_000, 21),
        Arguments.of(Pods.withContent("", "phase: Pending"), 20, 5_000, 1));
  }

  @ParameterizedTest
  @MethodSource("asks")
  void it_is_asked_once_with_the_time_that_it_may_need(
      Pod pod, int save, int millis, long seconds) {
    assertThat(end(pod, save, millis, NOW)).isEqualTo(new Ending.Ask(seconds));
  }

  @Test
  void who_was_asked_is_left_alone_until_the_time_to_save() {
    // Asked at 10:00:55 with 30 s, of which 20 are for the save.
    var ending =
        """
          deletionTimestamp: "2026-11-22T10:01:25Z"
          deletionGracePeriodSeconds: 30
        """;

    assertThat(end(Pods.of(ending, RUNNING), 0, 0, NOW)).isEqualTo(new Ending.Leave());
    assertThat(end(Pods.withContent(ending, RUNNING), 20, 0, NOW)).isEqualTo(new Ending.Leave());
    assertThat(end(Pods.withContent(ending, RUNNING), 20, 0, NOW.plusSeconds(5)))
        .isEqualTo(new Ending.Save("10.244.0.7"));
    assertThat(end(Pods.withContent(ending, ENDED), 20, 0, NOW.plusSeconds(5)))
        .isEqualTo(new Ending.Leave());
  }

  @Test
  void who_should_be_gone_for_long_is_forgotten_however_short_it_was_dated_last() {
    // Asked at 10:01:00; that it was hurried to 1 s later does not make its node lost sooner.
    var hurried =
        """
          deletionTimestamp: "2026-11-22T10:01:01Z"
          deletionGracePeriodSeconds: 1
        """;
    var pod = Pods.of(hurried, RUNNING);

    assertThat(end(pod, 0, 0, NOW.plusSeconds(90))).isEqualTo(new Ending.Leave());
    assertThat(end(pod, 0, 0, NOW.plusSeconds(91))).isEqualTo(new Ending.Forget());
    assertThat(Ending.atOnce(pod, Patience.DEFAULT, NOW.plusSeconds(91)))
        .isEqualTo(new Ending.Forget());
  }

  private static Ending end(Pod pod, int save, int millis, Instant now) {
    return Ending.of(pod, NOW.plusMillis(millis), Duration.ofSeconds(save), Patience.DEFAULT, now);
  }
}
