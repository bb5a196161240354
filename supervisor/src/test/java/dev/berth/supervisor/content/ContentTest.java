package dev.berth.supervisor.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.Notice;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import dev.berth.protocol.inside.TaskPlan;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.TestRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentTest {
  @TempDir private Path folder;
  private TestRepository repository;

  @BeforeEach
  void makeRepository() throws Exception {
    repository = TestRepository.withCommits(folder.resolve("repo"), 3);
  }

  @Test
  void a_branch_is_checked_out_and_tracked() throws Exception {
    repository.git("checkout", "--quiet", "-b", "feature/a-b");
    repository.write("new", "1").commitAll();
    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "feature/a-b"), List.of())) {
      instance.ready();

      assertThat(git(instance, "status", "--porcelain=v2", "--branch"))
          .contains(
              "branch.head feature/a-b", "branch.upstream origin/feature/a-b", "branch.ab +0 -0");
      assertThat(git(instance, "log", "--oneline").lines()).hasSize(4);
      assertThat(Files.getAttribute(instance.repository().resolve("new"), "unix:uid"))
          .isEqualTo(33333);
      assertThat(Files.readString(instance.workspace().resolve(".gitpod/ready")))
          .isEqualTo("{\"source\":\"from-other\"}");
      assertThat(Files.readString(instance.home().resolve(".gitconfig")))
          .contains("name = Octo Cat", "email = octo@example.org", "directory = *");
    }
  }

  private static final TaskPlan BUILD =
      TestInstance.task(
          "build", "", "echo init >> ../ran; echo made > made; echo more >> README", "true");

  /** Runs the tasks of main's commit as a prebuild, to their end. */
  private void prebuild(TaskPlan... tasks) throws Exception {
    var plan =
        TestInstance.plan(TestInstance.branch(repository, "main"), List.of(tasks), List.of());
    try (var instance = TestInstance.start(folder, plan.asHeadless())) {
      instance.ready();
      await()
          .until(() -> {
            var states = instance.status().tasks();
            return !states.isEmpty() && states.stream().noneMatch(TaskState::running);
          });
      assertThat(Files.readString(instance.workspace().resolve(".gitpod/ready")))
          .isEqualTo("{\"source\":\"prebuild\"}");
    }
  }

  @Test
  void on_a_prebuild_of_its_commit_init_is_not_run_again_and_its_log_is_shown() throws Exception {
    prebuild(TestInstance.task("build", "", "echo a build; echo init >> ../ran", "echo no"));

    var task = TestInstance.task("build", "", "echo init >> ../ran", "echo command >> ../ran");
    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "main"), List.of(task))) {
      instance.ready();
      await().until(() -> ran(instance).contains("command"));

      assertThat(ran(instance)).isEqualTo("init\ncommand\n");
      assertThat(instance.client().output("t1"))
          .contains("a build", "This task ran as a workspace prebuild.");
      assertThat(Files.readString(instance.workspace().resolve(".gitpod/ready")))
          .isEqualTo("{\"source\":\"from-prebuild\"}");
    }
    // And afterwards it is a restart like any other.
    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "main"), List.of(task))) {
      assertThat(instance.ready().content()).isEqualTo(new ContentState.Ready(true));
    }
  }

  @Test
  void on_a_prebuild_of_an_older_commit_the_clone_is_moved_and_init_is_run_again()
      throws Exception {
    prebuild(BUILD);
    repository.git("checkout", "--quiet", "-b", "next");
    repository.write("new", "1").commitAll();

    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "next"), List.of(BUILD))) {
      assertThat(instance.ready().content()).isEqualTo(new ContentState.Ready(false));
      await().until(() -> ran(instance).equals("init\ninit\n"));

      assertThat(git(instance, "status", "--porcelain=v2", "--branch"))
          .contains("branch.head next", repository.commit("next").orElseThrow(), "README");
      assertThat(instance.repository().resolve("new")).exists();
      assertThat(Files.readString(instance.repository().resolve("README"))).contains("more");
    }
  }

  @Test
  void a_move_that_is_cut_off_when_the_commit_is_there_runs_init_at_the_next_start()
      throws Exception {
    prebuild(BUILD);
    repository.git("checkout", "--quiet", "-b", "next");
    repository.write("new", "1").commitAll();
    var next = TestInstance.branch(repository, "next");
    // What the prebuild changed is put back when the commit is there already; there it hangs.
    var clone = folder.resolve("workspace/hello");
    var filter =
        Files.writeString(
            folder.resolve("filter"),
            "#!/bin/sh\nif [ -e new ] && [ ! -e ../hangs ] && [ $(git rev-parse HEAD) = %s ]; then touch ../hangs; exec sleep 1000; fi; exec cat\n"
                .formatted(next.commit().orElseThrow()));
    Files.setPosixFilePermissions(filter, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(clone.resolve(".git/info/attributes"), "README filter=slow\n");
    TestRepository.run(
        clone,
        List.of("git", "config", "-f", ".git/config", "filter.slow.smudge", filter.toString()));

    try (var instance = TestInstance.start(folder, next, List.of(BUILD))) {
      await().until(() -> Files.exists(instance.workspace().resolve("hangs")));
      assertThat(git(instance, "rev-parse", "HEAD").strip())
          .isEqualTo(repository.commit("next").orElseThrow());
    }

    try (var instance = TestInstance.start(folder, next, List.of(BUILD))) {
      assertThat(instance.ready().content()).isEqualTo(new ContentState.Ready(false));
      await().until(() -> ran(instance).equals("init\ninit\n"));
    }
  }

  @Test
  void what_a_prebuild_changed_that_does_not_fit_gives_way_and_is_kept_aside() throws Exception {
    prebuild(BUILD);
    repository.write("README", "another").commitAll();

    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "main"), List.of())) {
      instance.ready();

      assertThat(Files.readString(instance.repository().resolve("README"))).isEqualTo("another");
      assertThat(git(instance, "stash", "list").lines()).hasSize(1);
      assertThat(instance.status().notices())
          .anyMatch(notice -> notice.text().contains("git stash"));
    }
  }

  private static String ran(TestInstance instance) throws Exception {
    return Files.readString(instance.workspace().resolve("ran"));
  }

  @Test
  void over_http_the_newest_comes_first_and_the_history_behind_it() throws Exception {
    try (var server = GitHttpServer.start(folder)) {
      var content = content(server.url("repo"), Optional.of("main"), repository.commit("main"));
      try (var instance = TestInstance.start(folder, content, List.of())) {
        instance.ready();
        await().until(() -> git(instance, "log", "--oneline").lines().count() == 3);
        assertThat(server.sawShallow()).isTrue();
      }
    }
  }

  @Test
  void a_pull_request_is_checked_out_detached() throws Exception {
    repository.git("checkout", "--quiet", "--detach");
    repository.write("pr", "1").commitAll();
    var commit = repository.commit("HEAD");
    repository.git("update-ref", "refs/pull/7/head", "HEAD");
    repository.git("checkout", "--quiet", "main");
    try (var server = GitHttpServer.start(folder)) {
      var content =
          new ContentPlan(
              server.url("repo"),
              Optional.empty(),
              commit,
              Optional.of("refs/pull/7/head"),
              "hello",
              Map.of("core.autocrlf", "input", "bad key", "x"));
      try (var instance = TestInstance.start(folder, content, List.of())) {
        var status = instance.ready();
        assertThat(git(instance, "rev-parse", "HEAD")).isEqualTo(commit.get());
        assertThat(git(instance, "branch", "--show-current")).isEmpty();
        assertThat(git(instance, "config", "core.autocrlf")).isEqualTo("input");
        assertThat(status.notices()).singleElement().asString().contains("bad key");
      }
    }
  }

  /** As the machine's /root is, below which its only user may keep repositories. */
  @Test
  void a_folder_that_the_user_may_not_go_through_holds_a_repository_all_the_same()
      throws Exception {
    var closed = Files.createDirectory(folder.resolve("closed"));
    var inside = TestRepository.withCommits(closed.resolve("repo"), 1);
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    try (var instance =
        TestInstance.start(folder, TestInstance.branch(inside, "main"), List.of())) {
      assertThat(instance.ready().notices()).isEmpty();
      assertThat(instance.repository().resolve("README")).exists();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(closed)))
        .isEqualTo("rwx-----x");
  }

  @Test
  void a_bare_commit_is_checked_out_detached() throws Exception {
    var commit = repository.commit("HEAD~1");
    try (var server = GitHttpServer.start(folder);
        var instance =
            TestInstance.start(
                folder, content(server.url("repo"), Optional.empty(), commit), List.of())) {
      instance.ready();
      assertThat(git(instance, "rev-parse", "HEAD")).isEqualTo(commit.get());
    }
  }

  @Test
  void a_branch_that_moved_is_checked_out_where_it_was_meant() throws Exception {
    var meant = repository.commit("main");
    repository.git("reset", "--quiet", "--hard", "HEAD~1");
    repository.write("other", "1").commitAll();
    try (var server = GitHttpServer.start(folder);
        var instance =
            TestInstance.start(
                folder, content(server.url("repo"), Optional.of("main"), meant), List.of())) {
      instance.ready();
      assertThat(git(instance, "rev-parse", "main")).isEqualTo(meant.get());
    }
  }

  @Test
  void a_branch_whose_commit_is_gone_comes_as_it_is_now_with_a_notice() throws Exception {
    var content = content(repository.url(), Optional.of("main"), Optional.of("1".repeat(40)));
    try (var instance = TestInstance.start(folder, content, List.of())) {
      assertThat(instance.ready().notices()).singleElement().asString().contains("has changed");
      assertThat(git(instance, "rev-parse", "main")).isEqualTo(repository.commit("main").get());
    }
  }

  @Test
  void a_branch_that_is_gone_is_made_from_its_commit() throws Exception {
    var content = content(repository.url(), Optional.of("gone"), repository.commit("main"));
    try (var instance = TestInstance.start(folder, content, List.of())) {
      assertThat(instance.ready().notices()).singleElement().asString().contains("gone");
      assertThat(git(instance, "branch", "--show-current")).isEqualTo("gone");
    }
  }

  @Test
  void others_are_cloned_beside_it_and_one_that_does_not_come_is_a_notice() throws Exception {
    TestRepository.withCommits(folder.resolve("other"), 1).write("only-there", "x").commitAll();
    try (var server = GitHttpServer.start(folder)) {
      var branch = Optional.of("main");
      var other =
          new ContentPlan(
              server.url("other"), branch, Optional.empty(), branch, "libs/other", Map.of());
      var none =
          new ContentPlan(server.url("none"), branch, Optional.empty(), branch, "none", Map.of());
      var tooLong =
          new ContentPlan(
              server.url("other"), branch, Optional.empty(), branch, "x".repeat(300), Map.of());
      var outside =
          new ContentPlan(
              server.url("other"), branch, Optional.empty(), branch, "../out", Map.of());
      var content =
          content(server.url("repo"), branch, repository.commit("main"))
              .with(List.of(none, outside, tooLong, other));
      try (var instance = TestInstance.start(folder, content, List.of())) {
        assertThat(instance.ready().notices())
            .satisfiesExactly(
                first ->
                    assertThat(first.text()).contains("/none is not here", "no such repository"),
                second -> assertThat(second.text()).contains("does not lie inside the workspace"),
                third -> assertThat(third.text()).contains("cannot be made", "checkoutLocation"));
        assertThat(instance.repository().resolve("README")).exists();
        var beside = instance.workspace().resolve("libs/other");
        assertThat(beside.resolve("only-there")).exists();
        assertThat(Files.getAttribute(beside, "unix:uid")).isEqualTo(33333);
        assertThat(folder.resolve("out")).doesNotExist();
        await().until(() -> !Files.exists(beside.resolve(".git/shallow")));
      }
    }
  }

  @Test
  void an_empty_repository_is_no_failure() throws Exception {
    var empty = TestRepository.create(folder.resolve("empty"));
    var content = content(empty.url(), Optional.of("main"), Optional.empty());
    try (var instance = TestInstance.start(folder, content, List.of())) {
      assertThat(instance.ready().notices()).singleElement().asString().contains("empty");
      assertThat(git(instance, "branch", "--show-current")).isEqualTo("main");
    }
  }

  @Test
  void submodules_come_along() throws Exception {
    TestRepository.withCommits(folder.resolve("sub"), 1);
    try (var server = GitHttpServer.start(folder)) {
      repository.git("submodule", "--quiet", "add", server.url("sub"), "sub");
      repository.commitAll();
      var content = content(server.url("repo"), Optional.of("main"), repository.commit("main"));
      try (var instance = TestInstance.start(folder, content, List.of())) {
        assertThat(instance.ready().notices()).isEmpty();
        assertThat(instance.repository().resolve("sub/README")).exists();
      }
    }
  }

  @Test
  void a_submodule_that_cannot_come_is_a_notice() throws Exception {
    // A file of this machine, where the repository comes from elsewhere.
    var sub = TestRepository.withCommits(folder.resolve("sub"), 1);
    repository.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", sub.url(), "sub");
    repository.commitAll();
    try (var server = GitHttpServer.start(folder)) {
      var content = content(server.url("repo"), Optional.of("main"), repository.commit("main"));
      try (var instance = TestInstance.start(folder, content, List.of())) {
        assertThat(instance.ready().notices()).singleElement().asString().contains("submodules");
        assertThat(instance.repository().resolve("sub/README")).doesNotExist();
        assertThat(instance.repository().resolve("README")).exists();
      }
    }
  }

  private static final String LARGE = "large ".repeat(1000);

  private void withLargeFile() throws Exception {
    repository.git("lfs", "install", "--local");
    repository.write("data/.gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    repository.write("data/a.bin", LARGE).commitAll();
    assertThat(repository.git("cat-file", "blob", "main:data/a.bin")).contains("git-lfs", "oid");
  }

  @Test
  void what_git_lfs_keeps_comes_along() throws Exception {
    withLargeFile();
    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "main"), List.of())) {
      assertThat(instance.ready().notices()).isEmpty();
      assertThat(Files.readString(instance.repository().resolve("data/a.bin"))).isEqualTo(LARGE);
      assertThat(git(instance, "status", "--porcelain")).doesNotContain("a.bin");
    }
  }

  @Test
  void what_git_lfs_keeps_and_does_not_give_is_a_pointer_and_a_notice() throws Exception {
    withLargeFile();
    Files.move(repository.folder().resolve(".git/lfs"), folder.resolve("lost"));
    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "main"), List.of())) {
      assertThat(instance.ready().notices())
          .singleElement()
          .extracting(Notice::text)
          .asString()
          .startsWith("Not all files that Git LFS keeps came (")
          .endsWith("Run git lfs pull once they can.");
      assertThat(Files.readString(instance.repository().resolve("data/a.bin"))).contains("oid");
      assertThat(git(instance, "status", "--porcelain")).doesNotContain("a.bin");
    }
  }

  @Test
  void an_image_without_git_lfs_has_pointers_and_says_so() throws Exception {
    withLargeFile();
    var programs = Files.createDirectory(folder.resolve("bin"));
    for (var name : List.of("git", "sh", "bash", "ls", "cat", "mkdir", "rm")) {
      Files.createSymbolicLink(programs.resolve(name), Path.of("/usr/bin", name));
    }
    var plan = TestInstance.plan(TestInstance.branch(repository, "main"), List.of(), List.of());
    try (var instance =
        TestInstance.start(
            folder, plan.with(Map.of("PATH", programs.toString()), plan.notices()))) {
      assertThat(instance.ready().notices())
          .singleElement()
          .asString()
          .contains("since this image has no git-lfs");
      assertThat(Files.readString(instance.repository().resolve("data/a.bin"))).contains("oid");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://no-such-host.invalid/a.git|host cannot be found",
        "file:///no/such/folder|no such repository",
        "ext::sh -c touch% /tmp/berth-owned|not allowed",
        "--upload-pack=touch /tmp/berth-owned|blocked",
      })
  void a_clone_that_cannot_be_made_says_why_and_leaves_a_terminal(String line) throws Exception {
    var url = line.split("\\|")[0];
    try (var instance =
        TestInstance.start(
            folder,
            content(url, Optional.of("main"), Optional.of("1".repeat(40))),
            List.of(TestInstance.task("t", "", "touch never", "")))) {
      var failed = (ContentState.Failed) instance.settled().content();
      assertThat(failed.what()).contains(line.split("\\|")[1]);
      assertThat(failed.remedy()).isNotBlank();
      assertThat(Path.of("/tmp/berth-owned")).doesNotExist();
      assertThat(instance.repository()).doesNotExist();
      await().until(() -> instance.client().get("terminals").body().contains("t1"));
      assertThat(instance.client().output("t1")).contains("Cannot clone");
      assertThat(instance.client().exec("", "echo", "reachable").output()).isEqualTo("reachable\n");
    }
    // The next start tries again.
    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "main"), List.of())) {
      instance.ready();
    }
  }

  @Test
  void of_a_repository_that_is_not_whole_the_newest_commit_comes_with_a_notice() throws Exception {
    Files.writeString(folder.resolve("repo/lost"), "lost");
    repository.commitAll();
    var lost = repository.git("rev-parse", "HEAD:lost").strip();
    repository.git("rm", "--quiet", "lost");
    repository.commitAll();
    var object = ".git/objects/%s/%s".formatted(lost.substring(0, 2), lost.substring(2));
    Files.delete(folder.resolve("repo").resolve(object));

    var content = content(repository.url(), Optional.of("main"), repository.commit("main"));
    try (var instance = TestInstance.start(folder, content, List.of())) {
      assertThat(instance.ready().notices()).singleElement().asString().contains("not whole", lost);
      assertThat(git(instance, "rev-parse", "main")).isEqualTo(repository.commit("main").get());
    }
  }

  @Test
  void a_repository_whose_newest_commit_is_not_whole_says_what_is_missing() throws Exception {
    Files.writeString(folder.resolve("repo/lost"), "lost");
    repository.commitAll();
    var lost = repository.git("rev-parse", "HEAD:lost").strip();
    var object = ".git/objects/%s/%s".formatted(lost.substring(0, 2), lost.substring(2));
    Files.delete(folder.resolve("repo").resolve(object));

    var content = content(repository.url(), Optional.of("main"), repository.commit("main"));
    try (var instance = TestInstance.start(folder, content, List.of())) {
      var failed = (ContentState.Failed) instance.settled().content();
      assertThat(failed.what()).contains("not whole", lost);
      assertThat(failed.remedy()).contains("git fsck");
    }
  }

  @Test
  void an_unknown_repository_of_a_server_is_told_as_such() throws Exception {
    try (var server = GitHttpServer.start(folder);
        var instance =
            TestInstance.start(
                folder,
                content(server.url("nothing"), Optional.of("main"), Optional.empty()),
                List.of())) {
      assertThat(((ContentState.Failed) instance.settled().content()).what())
          .contains("no such repository");
    }
  }

  @Test
  void a_clone_that_was_cut_short_is_made_anew() throws Exception {
    var clone = Files.createDirectories(folder.resolve("workspace/hello"));
    TestRepository.run(clone, List.of("git", "init", "--quiet"));
    TestRepository.run(clone, List.of("git", "config", Clone.UNFINISHED, "true"));
    Files.writeString(clone.resolve("half"), "half");
    TestRepository.run(folder, List.of("chown", "-R", "33333:33333", "workspace"));
    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "main"), List.of())) {
      instance.ready();
      assertThat(instance.repository().resolve("half")).doesNotExist();
      assertThat(instance.repository().resolve("README")).exists();
    }
  }

  @Test
  void what_the_user_put_there_is_left_alone() throws Exception {
    var clone = Files.createDirectories(folder.resolve("workspace/hello"));
    Files.writeString(clone.resolve("mine"), "mine");
    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "main"), List.of())) {
      assertThat(instance.ready().notices()).singleElement().asString().contains("left as it is");
      assertThat(clone.resolve("mine")).exists();
    }
  }

  @Test
  void a_link_in_the_clones_place_does_not_lead_out() throws Exception {
    var outside = Files.createDirectories(folder.resolve("outside"));
    Files.createDirectories(folder.resolve("workspace"));
    Files.createSymbolicLink(folder.resolve("workspace/hello"), outside);
    try (var instance =
        TestInstance.start(folder, TestInstance.branch(repository, "main"), List.of())) {
      assertThat(((ContentState.Failed) instance.settled().content()).what()).contains("no folder");
      assertThat(outside).isEmptyDirectory();
    }
  }

  @Test
  void hooks_and_filters_of_a_repository_do_not_run() throws Exception {
    repository.write(".githooks/post-checkout", "#!/bin/sh\ntouch /tmp/berth-hooked\n");
    repository.write(".gitattributes", "* filter=evil\n").commitAll();
    var content =
        new ContentPlan(
            repository.url(),
            Optional.of("main"),
            repository.commit("main"),
            Optional.of("refs/heads/main"),
            "hello",
            Map.of(
                "core.hooksPath", ".githooks",
                "core.fsmonitor", "touch /tmp/berth-hooked",
                "filter.evil.smudge", "touch /tmp/berth-hooked"));
    try (var instance = TestInstance.start(folder, content, List.of())) {
      instance.ready();
      assertThat(Path.of("/tmp/berth-hooked")).doesNotExist();
    }
  }

  /** A server that others are sent to; it notes that somebody came, and hangs up. */
  private static final class Elsewhere implements AutoCloseable {
    private final ServerSocket socket;
    private final AtomicInteger came = new AtomicInteger();

    private Elsewhere() throws IOException {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
      try {
        while (true) {
          try (var _ = socket.accept()) {
            came.incrementAndGet();
          }
        }
      } catch (IOException e) {
        // It was closed.
      }
    }

    private String url() {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private ContentPlan content(GitHttpServer server, String branch, Map<String, String> gitConfig) {
    return new ContentPlan(
        server.url("repo"),
        Optional.of(branch),
        repository.commit(branch),
        Optional.of("refs/heads/" + branch),
        "hello",
        gitConfig);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http.proxy|ELSEWHERE",
        "HTTP.Proxy|ELSEWHERE",
        "http.SERVER.proxy|ELSEWHERE",
        "remote.origin.proxy|ELSEWHERE",
        "remote.origin.url|ELSEWHERE/repo",
        "url.ELSEWHERE/repo.insteadOf|SERVER",
      })
  void a_repository_does_not_say_by_which_way_it_is_fetched_nor_its_history(String line)
      throws Exception {
    try (var server = GitHttpServer.start(folder);
        var elsewhere = new Elsewhere()) {
      var words =
          line.replace("ELSEWHERE", elsewhere.url())
              .replace("SERVER", server.url("repo"))
              .split("\\|");
      var content = content(server, "main", Map.of(words[0], words[1], "core.autocrlf", "input"));
      try (var instance = TestInstance.start(folder, content, List.of())) {
        assertThat(instance.ready().notices())
            .singleElement()
            .asString()
            .contains("without " + words[0] + " of the definition's gitConfig");
        await().until(() -> git(instance, "log", "--oneline").lines().count() == 3);
        assertThat(elsewhere.came).hasValue(0);
        assertThat(git(instance, "config", "--get-all", words[0])).contains(words[1]);
        assertThat(git(instance, "config", "core.autocrlf")).isEqualTo("input");
      }
    }
  }

  @Test
  void a_prebuilt_clone_is_not_moved_by_a_way_that_its_repository_says() throws Exception {
    try (var server = GitHttpServer.start(folder);
        var elsewhere = new Elsewhere()) {
      var config = Map.of("http.proxy", elsewhere.url());
      var made = TestInstance.plan(content(server, "main", config), List.of(), List.of());
      try (var instance = TestInstance.start(folder, made.asHeadless())) {
        instance.ready();
        await().until(() -> git(instance, "log", "--oneline").lines().count() == 3);
      }
      repository.git("checkout", "--quiet", "-b", "next");
      repository.write("new", "1").commitAll();

      try (var instance = TestInstance.start(folder, content(server, "next", config), List.of())) {
        assertThat(instance.ready().notices()).singleElement().asString().contains("http.proxy");
        assertThat(instance.repository().resolve("new")).exists();
        assertThat(git(instance, "config", "http.proxy")).isEqualTo(elsewhere.url());
        assertThat(elsewhere.came).hasValue(0);
      }
    }
  }

  @Test
  void the_history_comes_without_a_trace_of_how() throws Exception {
    try (var server = GitHttpServer.start(folder);
        var instance =
            TestInstance.start(
                folder, content(server, "main", Map.of("fetch.unpackLimit", "1")), List.of())) {
      instance.ready();
      var git = instance.repository().resolve(".git");
      await().until(() -> !Files.exists(git.resolve("shallow")));
      await().until(() -> !Files.exists(git.resolve("berth-history")));

      assertThat(git(instance, "fsck", "--full")).doesNotContain("missing");
      assertThat(git(instance, "rev-parse", "--abbrev-ref", "origin/HEAD"))
          .isEqualTo("origin/main");
      assertThat(git(instance, "status", "--porcelain=v2", "--branch")).contains("branch.ab +0 -0");
    }
  }

  @Test
  void variables_that_are_not_the_owner_s_say_nothing_at_the_clone() throws Exception {
    try (var server = GitHttpServer.start(folder);
        var elsewhere = new Elsewhere()) {
      var content = content(server, "main", Map.of()).without(Set.of("http_proxy"));
      var plan =
          TestInstance.plan(content, List.of(), List.of())
              .with(Map.of("http_proxy", elsewhere.url()), List.of());
      try (var instance = TestInstance.start(folder, plan)) {
        instance.ready();
        await().until(() -> git(instance, "log", "--oneline").lines().count() == 3);

        assertThat(elsewhere.came).hasValue(0);
        assertThat(instance.client().exec("", "printenv", "http_proxy").output())
            .isEqualTo(elsewhere.url() + "\n");
      }
    }
  }

  @Test
  void what_control_says_of_a_login_is_told_where_the_clone_needs_one() {
    var said = "gp: Berth hands out no login here. Open a workspace.\nfatal: Authentication failed";

    assertThat(GitFailure.words("https://git.example.com/a", said).remedy())
        .isEqualTo("Berth hands out no login here. Open a workspace.");
  }

  @Test
  void progress_is_read_from_gits_own_words() {
    assertThat(Progress.words("Receiving objects:  42% (420/1000), 12.30 MiB | 3.10 MiB/s"))
        .contains("receiving objects 42 %, 12.30 MiB at 3.10 MiB/s");
    assertThat(Progress.words("remote: Counting objects: 100% (3/3), done."))
        .contains("counting objects 100 %");
    assertThat(Progress.words("hint: nothing")).isEmpty();
  }

  private static ContentPlan content(String url, Optional<String> branch, Optional<String> commit) {
    return new ContentPlan(
        url, branch, commit, branch.map(name -> "refs/heads/" + name), "hello", Map.of());
  }

  private static String git(TestInstance instance, String... arguments) {
    var argv = new java.util.ArrayList<>(List.of("git", "-c", "safe.directory=*"));
    argv.addAll(List.of(arguments));
    // As the user: git of another user refuses the folder.
    var all =
        new java.util.ArrayList<>(
            List.of("setpriv", "--reuid=33333", "--regid=33333", "--clear-groups"));
    all.addAll(argv);
    return TestRepository.run(instance.repository(), all);
  }
}
