package dev.berth.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shells of users in terminals of theirs, which are ended as an instance's stop does. */
@Timeout(60)
final class EndAllTest {
  private static final Duration GRACE = Duration.ofSeconds(25);

  /** Of a stop that waits for nobody; a machine with much to do is slow. */
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir Path folder;

  private final Processes processes = Processes.open();

  private void type(Pty pty, String line) throws InterruptedException {
    var bytes = line.getBytes(StandardCharsets.UTF_8);
    pty.master().write(bytes, 0, bytes.length);
  }

  private Pty shell(String... argv) {
    return processes.startInTerminal(
        new Launch(
            List.of(argv),
            Map.of("PATH", "/usr/bin:/bin", "HOME", folder.toString(), "TERM", "dumb"),
            folder,
            Optional.empty(),
            0),
        new Pty.Size(80, 24));
  }

  private void begun() {
    await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(folder.resolve("begun")));
  }

  /** How long the end of all took. */
  private Duration end() throws InterruptedException {
    long began = System.nanoTime();
    processes.endAll(GRACE);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static void drain(Pty pty) {
    Thread.ofVirtual()
        .start(() -> {
          var bytes = new byte[4096];
          try {
            while (pty.master().read(bytes) >= 0) {}
          } catch (RuntimeException | InterruptedException e) {
            // the test has ended
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while true; do touch begun; sleep 60; done",
        "until false; do touch begun; bash -c 'sleep 60; true'; done",
        "{ while true; do touch begun; sleep 0.01; done; } && echo done",
        "(while true; do touch begun; sleep 60; done) & wait",
        "while true; do touch begun; sleep 60; done | cat",
        "bash\nwhile true; do touch begun; sleep 60; done",
        "sh\nwhile true; do touch begun; sleep 60; done",
        "bash -c 'while true; do touch begun; sleep 60; done'",
        "bash -c 'trap \"kill 0; exit\" TERM; while true; do touch begun; sleep 60; done'",
        "touch begun; sleep 60 & sleep 60 & vi",
      })
  void a_loop_in_a_terminal_does_not_use_up_the_time_for_those_who_save(String lines)
      throws Exception {
    var pty = shell("bash", "--norc", "-i");
    drain(pty);
    type(pty, lines.replace(" vi", " cat") + "\n");
    begun();

    assertThat(end()).isLessThan(SOON);
    assertThat(pty.child().await(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void so_does_a_loop_of_a_plain_shell() throws Exception {
    var pty = shell("sh", "-i");
    drain(pty);
    type(pty, "while true; do touch begun; sleep 60; done\n");
    begun();

    assertThat(end()).isLessThan(SOON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // by itself, with a program that it starts for it
        "bash -c 'trap \"sleep 2; touch saved; exit\" TERM; while true; do touch begun; sleep 0.1; done'",
        // by one that it leaves behind
        "bash -c 'trap \"(sleep 2; touch saved) & exit\" TERM; while true; do touch begun; sleep 0.1; done'",
        // in the background, while the shell does something else again and again
        "bash -c 'trap \"sleep 2; touch saved; exit\" TERM; touch begun; while true; do sleep 0.1; done' &\nwhile true; do sleep 0.2; done",
        // the shell itself, when it is hung up
        "trap 'sleep 2; touch saved' EXIT; touch begun",
      })
  void who_saves_something_at_his_end_is_let_do_it(String lines) throws Exception {
    var pty = shell("bash", "--norc", "-i");
    drain(pty);
    type(pty, lines + "\n");
    begun();

    assertThat(end()).isBetween(Duration.ofMillis(1900), Duration.ofSeconds(10));
    assertThat(folder.resolve("saved")).exists();
  }

  /** By a loop, for example, whose next round is in no job of the shell's yet. */
  @Test
  void what_a_shell_had_just_begun_when_it_was_hung_up_is_hung_up_too() throws Exception {
    var pty = shell("bash", "--norc", "-i");
    drain(pty);
    int shell = pty.child().pid();
    type(pty, "touch begun\n");
    begun();
    await().until(() -> session(shell).size() == 1);
    var asked = new Asked(session(shell));
    assertThat(asked.next(session(shell), 0).hangUp()).isEqualTo(session(shell));

    type(pty, "bash -mc 'sleep 60 &'; kill -9 $$\n");
    await().until(() -> session(shell).stream().noneMatch(one -> one.pid() == shell));
    var left = session(shell);

    assertThat(left).hasSize(1);
    assertThat(asked.next(left, 1)).isEqualTo(new Asked.Words(List.of(), left));
    assertThat(asked.next(left, 2)).isEqualTo(new Asked.Words(List.of(), List.of()));
    ProcessHandle.of(left.getFirst().pid()).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static List<Stat> session(int shell) {
    return Stat.running().stream().filter(one -> one.session() == shell).toList();
  }

  @Test
  void who_will_not_end_is_killed_when_the_time_is_over() throws Exception {
    var pty = shell("bash", "--norc", "-i");
    drain(pty);
    type(pty, "bash -c \"trap '' TERM HUP; touch begun; while true; do sleep 60; done\"\n");
    begun();

    long began = System.nanoTime();
    processes.endAll(Duration.ofSeconds(2));
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(10));
    assertThat(pty.child().await(Duration.ofSeconds(5))).isTrue();
  }
}
