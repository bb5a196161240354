package dev.berth.supervisor.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.http.FreePorts;
import dev.berth.base.json.Json;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.protocol.inside.TaskPlan;
import dev.berth.supervisor.TestClient;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.TestRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The finished tree, as process 1 of a container, in images with everything and with nothing. */
final class TreeTest {
  private static final Path TREE = Path.of("target/tree").toAbsolutePath();

  @TempDir private Path work;

  @Test
  void in_an_image_with_everything_it_boots_reaps_and_stops() throws Exception {
    var repository = TestRepository.withCommits(work.resolve("repo"), 2);
    var task =
        TestInstance.task(
            "a",
            "",
            "",
            "trap 'echo asked >asked; exit' TERM; echo up; while :; do sleep 0.1; done");
    var inside =
        new ContentPlan(
            "file:///repo",
            Optional.of("main"),
            repository.commit("main"),
            Optional.of("refs/heads/main"),
            "hello",
            Map.of());
    try (var container = Container.start(work, "programs", inside, List.of(task))) {
      assertThat(container.settled().content()).isEqualTo(new ContentState.Ready(false));
      var client = container.client();
      await().until(() -> client.output("t1").endsWith("up\r\n"));

      // As an orphan ends, somebody must reap it.
      assertThat(client.exec("", "sh", "-c", "(sleep 0.3; exit 3) & (sleep 0.3 &)").code())
          .isZero();
      await().until(() -> container.zombies().isEmpty());
      await().until(() -> container.processes().stream().noneMatch(p -> p.contains("sleep 0.3")));

      assertThat(client.exec("", "sh", "-c", "id; env; ls /proc/self/fd").output())
          .startsWith("uid=33333(gitpod) gid=33333(gitpod)")
          .contains("HOME=/home/gitpod", "GITPOD_REPO_ROOT=/workspace/hello", "LANG=C.UTF-8")
          .doesNotContain("LOCPATH", "LC_ALL", "MALLOC", TestInstance.TOKEN)
          .endsWith("\n0\n1\n2\n3\n");
      assertThat(container.processes())
          .hasSizeGreaterThan(
              1) // the supervisor and a shell; the shell sleeps most of the time in a third
          .noneMatch(p -> p.contains(TestInstance.TOKEN));
      assertThat(
              client
                  .exec("", "sh", "-c", "cat /proc/1/environ; cat /.supervisor/env >/dev/null")
                  .errors())
          .contains("Permission denied");

      assertThat(container.stop()).isZero();
    }
    assertThat(work.resolve("workspace/hello/asked")).exists();

    try (var again = Container.start(work, "programs", inside, List.of())) {
      assertThat(again.settled().content()).isEqualTo(new ContentState.Ready(true));
    }
  }

  @Test
  void in_an_image_with_nothing_but_a_shell_it_runs_too() throws Exception {
    Files.createDirectories(work.resolve("repo"));
    var content =
        new ContentPlan(
            "file:///repo",
            Optional.of("main"),
            Optional.empty(),
            Optional.empty(),
            "hello",
            Map.of());
    try (var container = Container.start(work, "busybox", content, List.of())) {
      var failed = (ContentState.Failed) container.settled().content();
      assertThat(failed.what()).contains("this image has no git");
      var client = container.client();
      assertThat(client.exec("", "id").output()).startsWith("uid=33333(gitpod)");
      await().until(() -> client.output("t1").contains("no git"));
      try (var terminal = client.terminal("t1", 0)) {
        terminal.type("echo $USER-$((6 * 7)); exit 9\n");
        terminal.readUntil("gitpod-42");
        assertThat(terminal.readWord("exit")).contains("\"code\":9");
      }
      assertThat(container.stop()).isZero();
    }

    Files.createDirectories(work.resolve("workspace/hello"));
    Files.createDirectories(work.resolve("workspace/.gitpod"));
    Files.writeString(work.resolve("workspace/.gitpod/ready"), "{}");
    var tasks =
        List.of(
            TestInstance.task("a", "echo before", "echo never", "(exit 6)"),
            TestInstance.task("b", "", "", "echo on; sleep 100"));
    try (var container = Container.start(work, "busybox", content, tasks)) {
      assertThat(container.settled().content()).isEqualTo(new ContentState.Ready(true));
      await().until(() -> container.status().tasks().size() == 2);
      await().until(() -> container.status().tasks().getFirst().exitCode().isPresent());
      assertThat(container.status().tasks().getFirst().exitCode()).contains(6);
      var output = container.client().output("t1");
      assertThat(output).contains("before\r\n").doesNotContain("7788", "cmd-0", "never");
      await().until(() -> container.client().output("t2").contains("\non\r\n"));
      try (var terminal = container.client().terminal("t2", 0)) {
        terminal.type("\003");
        await().until(() -> !container.status().tasks().getLast().running());
        assertThat(container.status().tasks().getLast().exitCode()).contains(130);
      }
    }
  }

  /** A supervisor in namespaces of its own, with the API on a port of this machine. */
  private static final class Container implements AutoCloseable {
    private final Process process;
    private final TestClient client;

    private Container(Process process, TestClient client) {
      this.process = process;
      this.client = client;
    }

    static Container start(Path work, String kind, ContentPlan content, List<TaskPlan> tasks)
        throws IOException {
      for (var name : List.of("root", "workspace")) {
        Files.createDirectories(work.resolve(name));
      }
      Files.write(
          work.resolve("boot.json"), Json.bytes(TestInstance.plan(content, tasks, List.of())));
      int port = FreePorts.next();
      var argv =
          new ArrayList<>(
              List.of("unshare", "--fork", "--mount", "--pid", "--ipc", "--uts", "--kill-child"));
      argv.addAll(
          List.of("sh", Path.of("src/test/resources/container").toAbsolutePath().toString()));
      argv.addAll(List.of(kind, work.toString(), TREE.toString()));
      argv.addAll(Files.readAllLines(TREE.resolve("argv")));
      argv.addAll(List.of("/.berth/boot.json", "/workspace", Integer.toString(port)));
      var builder = new ProcessBuilder(argv).inheritIO();
      builder
          .redirectOutput(work.resolve("log").toFile())
          .redirectError(work.resolve("log").toFile());
      builder.environment().clear();
      for (var line : Files.readAllLines(TREE.resolve("env"))) {
        builder.environment().put(line.split("=", 2)[0], line.split("=", 2)[1]);
      }
      return new Container(
          builder.start(), new TestClient("127.0.0.1:" + port, TestInstance.TOKEN));
    }

    TestClient client() {
      return client;
    }

    InstanceStatus status() throws Exception {
      return Json.read(client.get("status").body(), InstanceStatus.class);
    }

    InstanceStatus settled() {
      return await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(
              () -> Json.read(client.get("status?wait=10000").body(), InstanceStatus.class),
              status -> !(status.content() instanceof ContentState.Preparing));
    }

    /** The command line and environment of each process in it, as root of the machine sees them. */
    List<String> processes() {
      return process
          .descendants()
          .map(child -> read(child, "cmdline") + read(child, "environ"))
          .toList();
    }

    List<String> zombies() {
      return process
          .descendants()
          .map(child -> read(child, "stat"))
          .filter(stat -> stat.contains(") Z "))
          .toList();
    }

    private static String read(ProcessHandle process, String name) {
      try {
        return new String(
                Files.readAllBytes(Path.of("/proc/%d/%s".formatted(process.pid(), name))),
                StandardCharsets.ISO_8859_1)
            .replace('\0', ' ');
      } catch (IOException _) {
        return ""; // it ended meanwhile
      }
    }

    /** Asks as a driver does; the exit code. */
    int stop() throws Exception {
      process.children().findFirst().orElseThrow().destroy();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
