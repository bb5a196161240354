package dev.berth.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BreaksTest {
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final InstantSource source = () -> now;
  private final List<String> said = new ArrayList<>();
  private final Breaks breaks = new Breaks(source.withZone(ZoneOffset.UTC), said::add);

  private void breakEachSecond(Duration time) {
    for (var end = now.plus(time); now.isBefore(end); now = now.plusSeconds(1)) {
      breaks.broke("reset by 192.0.2.1");
      breaks.look();
    }
  }

  @Test
  void the_first_is_told_with_all_that_is_known_and_then_how_many_there_were() {
    breakEachSecond(Duration.ofMinutes(1));
    assertThat(said).containsExactly("an SSH connection broke: reset by 192.0.2.1");

    now = now.plusSeconds(1);
    breaks.look();
    assertThat(said).hasSize(2).last().isEqualTo("59 more SSH connections broke within 1 min");
  }

  @Test
  void a_stranger_s_words_say_nothing_to_the_terminal_of_who_reads() {
    breaks.broke("of version 1.5-\033[2J\r\nthis control leads now" + "x".repeat(70_000));

    assertThat(said.getFirst()).doesNotContain("\033", "\r", "\n").hasSizeLessThan(400);
  }

  @Test
  void what_goes_on_all_day_is_told_each_hour() {
    breakEachSecond(Duration.ofHours(24));

    assertThat(said).hasSizeBetween(24, 32);
    assertThat(said).last().isEqualTo("3600 more SSH connections broke within 60 min");
    assertThat(said.subList(1, said.size())).noneMatch(line -> line.contains("192.0.2.1"));
  }

  @Test
  void after_a_time_without_any_the_next_is_told_in_full_again() {
    breaks.broke("one");
    now = now.plus(Breaks.SHORTEST);
    breaks.look();
    breaks.broke("two");

    assertThat(said)
        .containsExactly("an SSH connection broke: one", "an SSH connection broke: two");
  }

  @Test
  void the_log_of_single_connections_is_that_of_their_class() {
    assertThat(SshDoor.CONNECTIONS_LOG).isEqualTo(SshDoor.Client.class.getName());
  }
}
