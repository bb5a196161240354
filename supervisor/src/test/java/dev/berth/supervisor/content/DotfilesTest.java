package dev.berth.supervisor.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.OwnerPlan;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.TestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DotfilesTest {
  @TempDir private Path folder;

  private interface Check {
    void check(TestInstance instance, InstanceStatus status) throws Exception;
  }

  private void with(TestRepository dotfiles, Check check) throws Exception {
    var repository = TestRepository.withCommits(folder.resolve("repo"), 1);
    try (var server = GitHttpServer.start(folder)) {
      var name = Path.of(dotfiles.url().replace("file://", "")).getFileName();
      var plan = TestInstance.plan(TestInstance.branch(repository, "main"), List.of(), List.of());
      var url = Optional.of(server.url(name.toString()));
      var owned = plan.of(new OwnerPlan(plan.owner().id(), plan.owner().author(), url));
      try (var instance = TestInstance.start(folder, owned)) {
        instance.ready();
        await().until(() -> !instance.client().get("terminals").body().contains("[]"));
        check.check(instance, instance.status());
      }
    }
  }

  @Test
  void an_install_script_is_run_as_the_user_before_the_terminals() throws Exception {
    var dotfiles = TestRepository.withCommits(folder.resolve("dots"), 1);
    dotfiles.write(
        "install.sh", "#!/bin/sh\necho said\nid -u >\"$HOME/ran\"\npwd >>\"$HOME/ran\"\n");
    assertThat(folder.resolve("dots/install.sh").toFile().setExecutable(true, false)).isTrue();
    dotfiles.commitAll();
    with(
        dotfiles,
        (instance, status) -> {
          var home = instance.home();
          assertThat(Files.readString(home.resolve("ran")))
              .isEqualTo("33333\n" + home.resolve(".dotfiles") + "\n");
          assertThat(Files.readString(home.resolve(".dotfiles.log"))).contains("said");
          assertThat(status.notices()).isEmpty();
        });
  }

  @Test
  void without_a_script_files_are_linked_where_nothing_is() throws Exception {
    var dotfiles = TestRepository.withCommits(folder.resolve("dots"), 1);
    Files.createDirectories(folder.resolve("dots/.config/tool"));
    dotfiles
        .write(".toolrc", "a")
        .write(".config/tool/rc", "b")
        .write(".kept", "theirs")
        .commitAll();
    Files.createDirectories(folder.resolve("home"));
    Files.writeString(folder.resolve("home/.kept"), "mine");
    with(
        dotfiles,
        (instance, status) -> {
          var home = instance.home();
          assertThat(home.resolve(".toolrc")).isSymbolicLink().hasContent("a");
          assertThat(home.resolve(".config/tool/rc")).hasContent("b");
          assertThat(home.resolve(".kept")).hasContent("mine");
          assertThat(home.resolve(".git")).doesNotExist();
          assertThat(status.notices()).isEmpty();
        });
  }

  @Test
  void a_script_that_fails_is_a_notice() throws Exception {
    var dotfiles = TestRepository.withCommits(folder.resolve("dots"), 1);
    dotfiles.write("setup", "#!/bin/sh\nexit 3\n");
    assertThat(folder.resolve("dots/setup").toFile().setExecutable(true, false)).isTrue();
    dotfiles.commitAll();
    with(
        dotfiles,
        (_, status) ->
            assertThat(status.notices())
                .singleElement()
                .asString()
                .contains("setup failed", "~/.dotfiles.log"));
  }
}
