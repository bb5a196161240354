package dev.berth.base.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class CommandTest {
  @Test
  void output_errors_and_exit_code_are_told_apart() throws Exception {
    var outcome = Command.of("sh", "-c", "cat; echo bad >&2; exit 3").reading("in").run();

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.text()).isEqualTo("in");
    assertThat(outcome.lastError()).isEqualTo("bad");
  }

  @Test
  void a_program_that_is_not_there_is_a_problem_with_a_remedy() {
    assertThatThrownBy(() -> Command.of("berth-no-such-program").run())
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("berth-no-such-program");
  }

  @Test
  void one_that_never_ends_is_killed_with_its_children() {
    assertThatThrownBy(
            () -> Command.of("sh", "-c", "sleep 7777 & wait").within(Duration.ofMillis(300)).run())
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("did not end");
    assertThat(
            ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.endsWith("sleep 7777")))
        .isEmpty();
  }

  @Test
  void one_that_prints_without_end_is_ended() {
    assertThatThrownBy(() -> Command.of("yes").printing(100_000).run())
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("printed more than 100000 bytes");
  }

  @Test
  void lines_are_followed_as_they_come() throws Exception {
    var lines = new ArrayList<String>();

    int code = Command.of("sh", "-c", "echo a; echo b >&2; exit 2").follow(lines::add);

    assertThat(code).isEqualTo(2);
    assertThat(lines).containsExactly("a", "b");
  }

  /** Where nothing is being read when the program ends, Java itself closes the pipe. */
  @Test
  void what_it_leaves_behind_with_its_output_open_keeps_nobody_waiting_and_is_said()
      throws Exception {
    var outcome =
        Command.of("sh", "-c", "sleep 300 & echo $!; echo bad >&2; sleep 0.5; exit 3")
            .run(Duration.ofMillis(100));

    try {
      assertThat(outcome.exitCode()).isEqualTo(3);
      assertThat(outcome.held()).isTrue();
      assertThat(outcome.text()).isNotEmpty();
      assertThat(outcome.lastError()).isEqualTo("bad");
    } finally {
      ProcessHandle.of(Long.parseLong(outcome.text())).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void who_fails_at_a_line_is_told_so() {
    var failure = new IllegalStateException("a bug");

    assertThatThrownBy(() ->
            Command.of("sh", "-c", "echo a; echo b")
                .follow(_ -> {
                  throw failure;
                }))
        .isSameAs(failure);
  }
}
