package dev.berth.supervisor.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.Notice;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import dev.berth.protocol.inside.TaskPlan;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.TestRepository;
import dev.berth.supervisor.content.Beginning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TasksTest {
  @TempDir private Path folder;
  private TestRepository repository;

  @BeforeEach
  void makeRepository() throws Exception {
    repository = TestRepository.withCommits(folder.resolve("repo"), 1);
  }

  @Test
  void a_fresh_start_runs_all_parts_and_a_restart_leaves_init_out() throws Exception {
    var tasks =
        List.of(
            TestInstance.task(
                "Server", "echo 1 >>log; export KEPT=kept", "echo 2 >>log", "echo 3 >>log; pwd"));
    try (var instance = start(tasks)) {
      var ended = ended(instance, 0);
      assertThat(ended.exitCode()).contains(0);
      assertThat(log(instance)).isEqualTo("1\n2\n3\n");
      assertThat(instance.client().get("terminals").body())
          .contains("\"title\":\"Server\",\"task\":0,\"running\":true");

      // The shell goes on where the task left it, and nothing is seen of how it was told.
      try (var terminal = instance.client().terminal(ended.terminal(), 0)) {
        terminal.type("echo $KEPT $FROM_TASK $FROM_PLAN; history | cat; echo de''ne\n");
        var seen = terminal.readUntil("dene");
        assertThat(seen)
            .contains("kept Server yes", "{\r\necho 1 >>log", instance.repository().toString())
            .doesNotContain("7788", "cmd-0", "__berth");
        assertThat(seen).containsPattern("(?s) 1  \\{\r\necho 1 .*\\} && \\{\r\necho 2");
      }
    }
    try (var instance = start(tasks)) {
      assertThat(ended(instance, 0).exitCode()).contains(0);
      assertThat(log(instance)).isEqualTo("1\n2\n3\n1\n3\n");
    }
  }

  @Test
  void a_part_that_fails_ends_the_task_with_its_code() throws Exception {
    var tasks =
        List.of(
            TestInstance.task("", "false", "echo never >>log", ""),
            TestInstance.task("", "", "", "(exit 37)"),
            TestInstance.task("", "", "", "exit 5"),
            TestInstance.task("", "", "", "if then fi"),
            TestInstance.task("", "", "", ""));
    try (var instance = start(tasks)) {
      assertThat(ended(instance, 0).exitCode()).contains(1);
      assertThat(ended(instance, 0).name()).isEqualTo("Gitpod Task 1");
      assertThat(ended(instance, 1).exitCode()).contains(37);
      assertThat(ended(instance, 2).exitCode()).contains(5);
      assertThat(ended(instance, 3).exitCode()).isNotEqualTo(Optional.of(0)).isPresent();
      assertThat(ended(instance, 4).exitCode()).isEmpty();
      assertThat(instance.repository().resolve("log")).doesNotExist();
    }
  }

  @Test
  void a_task_that_is_broken_off_has_ended() throws Exception {
    try (var instance = start(List.of(TestInstance.task("a", "", "", "echo be''gun; sleep 100")))) {
      var state = instance.ready();
      await().until(() -> instance.status().tasks().size() == 1);
      var terminal = instance.status().tasks().getFirst().terminal();
      assertThat(state).isNotNull();
      try (var socket = instance.client().terminal(terminal, 0)) {
        socket.readUntil("begun");
        assertThat(instance.status().tasks().getFirst().running()).isTrue();
        socket.type("\003");
        assertThat(ended(instance, 0).exitCode()).contains(130);
      }
    }
  }

  @Test
  void a_task_may_read_the_keyboard() throws Exception {
    var tasks = List.of(TestInstance.task("a", "", "read -r line; echo got:$line", "echo en''d"));
    try (var instance = start(tasks)) {
      instance.ready();
      await().until(() -> instance.status().tasks().size() == 1);
      try (var socket = instance.client().terminal("t1", 0)) {
        socket.readUntil("echo en''d");
        socket.type("hello\n");
        assertThat(socket.readUntil("\nend")).contains("got:hello");
      }
    }
  }

  @Test
  void without_tasks_there_is_one_terminal_with_the_notices() throws Exception {
    var plan =
        TestInstance.plan(
            TestInstance.branch(repository, "main"),
            List.of(),
            List.of(
                Notice.warning("careful: \033[31mred\033]0;x\007"), Notice.information("second")));
    try (var instance = TestInstance.start(folder, plan)) {
      instance.ready();
      await().until(() -> instance.client().get("terminals").body().contains("t1"));
      assertThat(instance.client().output("t1"))
          .startsWith("\033[2mcareful:  [31mred ]0;x \033[0m\r\n\033[2msecond\033[0m\r\n");
    }
  }

  @Test
  void parts_are_joined_as_they_always_were() {
    var task = TestInstance.task("", "a", "b # comment", "c\n");
    assertThat(TaskScript.commandLine(task, Beginning.FRESH))
        .contains("{\na\n} && {\nb # comment\n} && {\nc\n}");
    assertThat(TaskScript.commandLine(task, Beginning.RESTART)).contains("{\na\n} && {\nc\n}");
    assertThat(TaskScript.commandLine(TestInstance.task("", " ", "", ""), Beginning.FRESH))
        .isEmpty();
  }

  @Test
  void what_follows_creation_comes_after_init_and_what_is_for_prebuilds_stays_out() {
    var task =
        new TaskPlan(
            Optional.empty(),
            Optional.of("a"),
            Optional.of("b"),
            Optional.of("p"),
            Optional.of("c"),
            Optional.of("d"),
            Map.of(),
            Optional.empty(),
            Optional.empty());
    assertThat(TaskScript.commandLine(task, Beginning.FRESH))
        .contains("{\na\n} && {\nb\n} && {\nc\n} && {\nd\n}");
    assertThat(TaskScript.commandLine(task, Beginning.RESTART)).contains("{\na\n} && {\nd\n}");
    assertThat(TaskScript.commandLine(task, Beginning.HEADLESS))
        .contains("{\na\n} && {\nb\n} && {\np\n}");
    assertThat(TaskScript.commandLine(task, Beginning.PREBUILT))
        .contains("{\na\n} && {\nc\n} && {\nd\n}");
  }

  private TestInstance start(List<TaskPlan> tasks) throws Exception {
    return TestInstance.start(folder, TestInstance.branch(repository, "main"), tasks);
  }

  private static String log(TestInstance instance) throws Exception {
    return Files.readString(instance.repository().resolve("log"));
  }

  private static TaskState ended(TestInstance instance, int index) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              var tasks = instance.status().tasks();
              return tasks.size() > index ? Optional.of(tasks.get(index)) : Optional.empty();
            },
            (Optional<TaskState> state) -> state.isPresent() && !state.get().running())
        .orElseThrow();
  }
}
