package dev.berth.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.TestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asked by curl, under the user ids of different accounts. */
final class LocalDoorTest {
  @TempDir private Path folder;

  @Test
  void the_users_own_processes_need_no_token_and_other_accounts_do_not_get_in() throws Exception {
    var repository = TestRepository.withCommits(folder.resolve("repo"), 1);
    var content = TestInstance.branch(repository, "main");
    try (var instance = TestInstance.start(folder, content, List.of())) {
      instance.ready();

      assertThat(ask(33333, instance.door()).text()).contains("\"content\":{\"kind\":\"ready\"");
      assertThat(ask(0, instance.door()).exitCode()).isZero();
      assertThat(ask(65534, instance.door()).exitCode()).isEqualTo(7); // curl: cannot connect
    }
  }

  @Test
  void what_a_killed_instance_left_is_no_obstacle() throws Exception {
    var door = folder.resolve("run/supervisor.sock");
    Files.createDirectories(door.getParent());
    Files.writeString(door, "stale");
    var repository = TestRepository.withCommits(folder.resolve("repo"), 1);
    var content = TestInstance.branch(repository, "main");
    try (var instance = TestInstance.start(folder, content, List.of())) {
      assertThat(ask(33333, door).exitCode()).isZero();
      assertThat(instance.door()).isEqualTo(door);
    }
  }

  private static Command.Outcome ask(int user, Path door) throws Exception {
    return Command.of(
            "setpriv",
            "--reuid=" + user,
            "--clear-groups",
            "curl",
            "--silent",
            "--fail",
            "--unix-socket",
            door.toString(),
            "http://localhost/_supervisor/v1/status")
        .run();
  }
}
