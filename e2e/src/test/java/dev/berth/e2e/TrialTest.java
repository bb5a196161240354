package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code berth validate --start}: a working copy is tried as it is, and nothing of it stays. */
@ExtendWith(Site.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(360)
final class TrialTest {
  private final Installation berth;

  @TempDir private Path folder;

  TrialTest(Site site) {
    this.berth = site.berth();
  }

  @Test
  void what_is_not_committed_is_tried_and_what_is_ignored_is_not() throws Exception {
    var shop = repository("shop", "ignored\n");
    write(
        shop,
        ".gitpod.yml",
        "tasks:\n- init: ls -A; git --no-pager log --format=%s\n  command: echo done\n");
    write(shop, "new", "not committed");
    write(shop, "ignored", "a secret");
    git(shop, "rm", "--quiet", "--cached", "old");
    Files.delete(shop.resolve("old"));

    var tried = berth.berth("validate", shop.toString(), "--start", "--for", "60");

    assertThat(tried.exitCode()).as(tried.errors() + tried.text()).isZero();
    assertThat(tried.text())
        .contains("The working copy\n", "first\n", "Task Gitpod Task 1: ended with 0", "It starts.")
        .containsPattern("\\bnew\\b")
        .doesNotContainPattern("\\b(ignored|old)\\b")
        .doesNotContain("\u001b]");
    assertThat(git(shop, "status", "--porcelain")).contains("?? new").contains("D  old");
    nothingStays();
  }

  @Test
  void a_task_that_fails_fails_the_trial_and_one_that_runs_on_is_well() throws Exception {
    var shop = repository("failing", "");
    write(
        shop,
        ".gitpod.yml",
        "tasks:\n- {name: tests, command: 'echo 2 tests failed; false'}\n- {name: web, command: sleep 1000}\n");

    var tried = berth.berth("validate", shop.toString(), "--start", "--for", "8");

    assertThat(tried.exitCode()).isEqualTo(1);
    assertThat(tried.text())
        .contains("tests | 2 tests failed", "Task tests: ended with 1", "Task web: runs");
    nothingStays();
  }

  @Test
  void a_folder_without_git_is_tried_too_and_one_with_errors_is_not() throws Exception {
    var plain = Files.createDirectory(folder.resolve("plain"));
    write(plain, ".gitpod.yml", "tasks:\n- command: test \"$(cat it)\" = here\n");
    write(plain, "it", "here");

    var tried = berth.berth("validate", plain.toString(), "--start");
    assertThat(tried.exitCode()).as(tried.errors() + tried.text()).isZero();

    write(plain, ".gitpod.yml", "tasks: 7\n");
    var wrong = berth.berth("validate", plain.toString(), "--start");
    assertThat(wrong.exitCode()).isEqualTo(65);
    assertThat(wrong.errors()).doesNotContain("Trying it");
    nothingStays();
  }

  @Test
  void an_image_that_cannot_be_had_is_told_and_leaves_nothing() throws Exception {
    var shop = repository("imageless", "");
    write(shop, ".gitpod.yml", "image: 127.0.0.1:9/nobody/nothing:1\n");

    var tried = berth.berth("validate", shop.toString(), "--start");

    assertThat(tried.errors() + tried.text()).contains("127.0.0.1:9");
    nothingStays();
  }

  private void nothingStays() throws Exception {
    assertThat(berth.api().list())
        .noneMatch(workspace -> workspace.contextUrl().contains("/trial-"));
    var trials = berth.home().resolve("trials");
    try (var left = Files.newDirectoryStream(trials)) {
      assertThat(left).isEmpty();
    }
  }

  private Path repository(String name, String ignored) throws Exception {
    var made = Files.createDirectory(folder.resolve(name));
    git(made, "init", "--quiet", "--initial-branch=main");
    write(made, ".gitignore", ignored);
    write(made, "old", "old");
    git(made, "add", "--all");
    git(made, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "first");
    return made;
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static String git(Path folder, String... words) throws Exception {
    var argv = new ArrayList<>(List.of("git"));
    argv.addAll(List.of(words));
    return Command.of(argv).in(folder).orProblem("See git.").text();
  }
}
