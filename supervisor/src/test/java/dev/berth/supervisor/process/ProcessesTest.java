package dev.berth.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProcessesTest {
  private static final Processes PROCESSES = Processes.open();
  private static final Identity GITPOD = new Identity(33333, 33333, List.of(27, 44));

  @Test
  void a_process_has_the_identity_the_environment_and_the_streams_that_were_said_only()
      throws Exception {
    var script =
        "id -u; id -g; id -G; env | sort; pwd; ls /proc/self/fd; grep -E 'Sig(Blk|Ign)' /proc/self/status; cat /proc/self/oom_score_adj";
    var output = run(launch("sh", "-c", script));

    assertThat(output)
        .isEqualTo(
            """
            33333
            33333
            33333 27 44
            A=b
            PATH=/usr/bin:/bin
            PWD=/usr
            /usr
            0
            1
            2
            3
            SigBlk:	0000000000000000
            SigIgn:	0000000000000000
            300\
            """);
  }

  @Test
  void a_process_cannot_take_more_rights_than_it_was_given() throws Exception {
    var output = run(launch("grep", "-E", "^(Uid|Gid|CapEff|CapPrm)", "/proc/self/status"));
    assertThat(output)
        .isEqualTo(
            """
            Uid:	33333	33333	33333	33333
            Gid:	33333	33333	33333	33333
            CapPrm:	0000000000000000
            CapEff:	0000000000000000\
            """);
  }

  @Test
  void the_supervisors_own_threads_keep_their_rights() throws Exception {
    run(launch("true"));
    assertThat(java.nio.file.Files.readString(Path.of("/proc/self/status"))).contains("Uid:\t0\t0");
    assertThat(Path.of("/root").toFile().canRead()).isTrue();
  }

  @Test
  void exit_codes_and_signals_are_told() throws Exception {
    assertThat(code("sh", "-c", "exit 3")).isEqualTo(3);
    assertThat(code("sh", "-c", "kill -9 $$")).isEqualTo(137);
  }

  @Test
  void what_is_not_there_is_a_problem() {
    assertThatThrownBy(() -> PROCESSES.startPiped(launch("nonsense")))
        .isInstanceOf(Problem.Missing.class);
    assertThatThrownBy(() -> PROCESSES.startPiped(launch("/etc/passwd")))
        .isInstanceOf(Problem.Refused.class);
    var nowhere =
        new Launch(List.of("/bin/true"), Map.of(), Path.of("/nowhere"), Optional.of(GITPOD), 0);
    assertThatThrownBy(() -> PROCESSES.startPiped(nowhere)).isInstanceOf(Problem.Missing.class);
  }

  @Test
  void a_terminal_is_the_controlling_one_and_belongs_to_its_user() throws Exception {
    var pty =
        PROCESSES.startInTerminal(
            launch(
                "sh",
                "-c",
                "tty; stat -c %u $(tty); stty size; ls /proc/self/fd; echo x >/dev/tty"),
            new Pty.Size(77, 33));
    var output = read(pty.master());
    assertThat(output)
        .matches("(?s)/dev/pts/[0-9]+\r\n33333\r\n33 77\r\n0\\s+1\\s+2\\s+3\\s+x\r\n");
    assertThat(pty.child().await()).isZero();
    pty.master().close();
  }

  @Test
  void descriptors_are_given_back() throws Exception {
    run(launch("true"));
    long before = descriptors();
    for (int i = 0; i < 30; i++) {
      run(launch("true"));
      assertThatThrownBy(() -> PROCESSES.startPiped(launch("nonsense")))
          .isInstanceOf(Problem.Missing.class);
    }
    // Threads of other tests open a file now and then; what leaks 60 times stays.
    await().until(() -> descriptors() <= before + 2);
  }

  @Test
  void a_session_is_ended_whole() throws Exception {
    try (var piped =
        PROCESSES.startPiped(
            launch("sh", "-c", "trap '' HUP TERM; sleep 100 & echo on; wait; sleep 100"))) {
      assertThat(piped.output().read(new byte[10])).isEqualTo(3);
      piped.child().end(Duration.ofMillis(100));
      assertThat(piped.child().await()).isEqualTo(137);
      assertThat(piped.output().read(new byte[10])).isEqualTo(-1);
    }
  }

  private static long descriptors() throws Exception {
    try (var all = java.nio.file.Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  private static Launch launch(String... argv) {
    return new Launch(
        List.of(argv),
        Map.of("PATH", "/usr/bin:/bin", "A", "b"),
        Path.of("/usr"),
        Optional.of(GITPOD),
        0);
  }

  private static int code(String... argv) throws Exception {
    try (var piped = PROCESSES.startPiped(launch(argv))) {
      return piped.child().await();
    }
  }

  private static String run(Launch launch) throws Exception {
    try (var piped = PROCESSES.startPiped(launch)) {
      var output = read(piped.output());
      assertThat(piped.child().await()).isZero();
      return output;
    }
  }

  private static String read(Descriptor from) throws Exception {
    var output = new ByteArrayOutputStream();
    var bytes = new byte[4096];
    for (int n; (n = from.read(bytes)) >= 0; ) output.write(bytes, 0, n);
    return output.toString(StandardCharsets.UTF_8).stripTrailing()
        + (output.toString(StandardCharsets.UTF_8).endsWith("\r\n") ? "\r\n" : "");
  }
}
