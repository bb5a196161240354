package dev.berth.supervisor.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.Severity;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.BootPlan.DefinitionFile;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.TestRepository;
import dev.berth.supervisor.content.GitHttpServer;
import dev.berth.supervisor.json.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a command inside that takes the file itself for what it says. */
final class DefinitionWatchTest {
  private static final String FILE = ".gitpod.yml";
  private static final String OPENED = says(false, 3000);

  /** What the command inside does. */
  private static final String WORKS = "[ $1 = definition ] && cat $2";

  @TempDir private Path folder;

  @Test
  void a_file_as_it_was_opened_says_nothing_and_a_changed_one_at_once() throws Exception {
    try (var instance = start(OPENED)) {
      instance.ready();
      awaitNothing(instance);

      write(instance, says(false, 4000));

      awaitPort(instance, 4000);

      write(instance, OPENED);
      awaitNothing(instance);
    }
  }

  @Test
  void a_broken_file_is_told_and_leaves_what_held_before() throws Exception {
    try (var instance = start(OPENED)) {
      instance.ready();
      write(instance, says(false, 4000));
      awaitPort(instance, 4000);

      write(instance, says(true, 5000));

      await()
          .untilAsserted(() ->
              assertThat(instance.status().definition())
                  .isInstanceOfSatisfying(
                      LiveDefinition.Unreadable.class,
                      live -> {
                        assertThat(live.file()).isEqualTo(FILE);
                        assertThat(live.findings()).hasSize(1);
                      }));
      assertThat(ports(instance)).containsExactly(4000);
    }
  }

  @Test
  void a_file_that_was_broken_from_the_start_is_not_taken_for_what_was_opened() throws Exception {
    try (var instance = start(OPENED, says(true, 80))) {
      instance.ready();

      await()
          .untilAsserted(() ->
              assertThat(instance.status().definition())
                  .isInstanceOf(LiveDefinition.Unreadable.class));
      assertThat(instance.status().definition().held()).isEqualTo(new LiveDefinition.NotRead());

      write(instance, OPENED);
      awaitNothing(instance);
    }
  }

  @Test
  void what_is_not_read_yet_is_not_taken_for_what_was_opened() throws Exception {
    gp("touch ../tried; exit 1");
    try (var instance = startWithGp(says(false, 80), Optional.of(OPENED))) {
      instance.ready();
      await().until(() -> Files.exists(instance.workspace().resolve("tried")));

      assertThat(instance.status().definition()).isEqualTo(new LiveDefinition.NotRead());

      gp(WORKS);
      awaitPort(instance, 3000);
    }
  }

  @Test
  void one_that_is_gone_at_the_start_is_as_it_was_opened() throws Exception {
    try (var instance = start(OPENED, Optional.empty())) {
      instance.ready();

      awaitNothing(instance);
    }
  }

  @Test
  void a_change_of_before_the_start_is_seen() throws Exception {
    try (var instance = start(says(false, 80))) {
      awaitPort(instance, 3000); // the working copy has another one than the plan was made of

      write(instance, says(false, 80));

      awaitNothing(instance);
    }
  }

  @Test
  void a_command_that_says_nothing_of_sense_leaves_what_held() throws Exception {
    try (var instance = start(OPENED)) {
      instance.ready();
      write(instance, says(false, 4000));
      awaitPort(instance, 4000);

      write(instance, "no JSON");
      staysAt(instance, 4000);
    }
  }

  @Test
  void a_change_that_could_not_be_read_at_first_counts_when_it_can() throws Exception {
    try (var instance = start(OPENED)) {
      instance.ready();
      gp("touch ../tried; exit 1");
      write(instance, says(false, 4000));
      await().until(() -> Files.exists(instance.workspace().resolve("tried")));

      gp(WORKS);

      awaitPort(instance, 4000);
    }
  }

  @Test
  void words_that_are_none_of_ours_do_not_end_the_watch() throws Exception {
    try (var instance = start(OPENED)) {
      instance.ready();
      awaitNothing(instance);
      write(instance, says(false, 4000).replace("PRIVATE", "SECRET"));
      staysSilent(instance);

      write(instance, says(false, 5000));
      awaitPort(instance, 5000);
    }
  }

  @Test
  void a_change_counts_while_the_history_is_still_being_fetched() throws Exception {
    var opened = says(false, 80);
    gp(WORKS);
    var origin = TestRepository.create(folder.resolve("origin/hello"));
    origin.write(FILE, opened).commitAll();
    origin.write(FILE, OPENED).commitAll();
    try (var server = GitHttpServer.withoutHistory(folder.resolve("origin"));
        var instance = TestInstance.start(folder, plan(server.url("hello"), origin, opened))) {
      instance.ready();
      server.awaitAskedForHistory();

      awaitPort(instance, 3000);

      assertThat(instance.repository().resolve(".git/shallow")).exists();
    }
  }

  @Test
  void links_and_pipes_are_no_definition_and_what_is_gone_is_as_it_was_opened() throws Exception {
    try (var instance = start(OPENED)) {
      instance.ready();
      var file = instance.repository().resolve(FILE);
      write(instance, says(false, 4000));
      awaitPort(instance, 4000);

      Files.delete(file);
      awaitNothing(instance);

      var secret = Files.writeString(folder.resolve("secret"), says(false, 6000));
      Files.createSymbolicLink(file, secret);
      staysSilent(instance);

      Files.delete(file);
      TestRepository.run(folder, List.of("mkfifo", file.toString()));
      staysSilent(instance);
    }
  }

  private TestInstance start(String opened) throws IOException {
    return start(opened, OPENED);
  }

  private TestInstance start(String opened, String now) throws IOException {
    return start(opened, Optional.of(now));
  }

  private TestInstance start(String opened, Optional<String> now) throws IOException {
    gp(WORKS);
    return startWithGp(opened, now);
  }

  private TestInstance startWithGp(String opened, Optional<String> now) throws IOException {
    var repository =
        TestRepository.create(folder.resolve("origin/hello"))
            .write(now.isPresent() ? FILE : "another", now.orElse(""))
            .commitAll();
    return TestInstance.start(folder, plan(repository.url(), repository, opened));
  }

  /** Puts it in the place of the one before, which may be running. */
  private void gp(String does) throws IOException {
    var gp = Files.writeString(folder.resolve("gp.new"), "#!/bin/sh\n" + does + "\n");
    Files.setPosixFilePermissions(gp, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(gp, folder.resolve("gp"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** As of a workspace that was opened when the file held {@code opened}. */
  private static BootPlan plan(String url, TestRepository repository, String opened) {
    var main = Optional.of("main");
    var ref = Optional.of("refs/heads/main");
    var content = new ContentPlan(url, main, repository.commit("main"), ref, "hello", Map.of());
    var digest = DefinitionFile.digest(opened.getBytes(StandardCharsets.UTF_8));
    return TestInstance.plan(content, List.of(), List.of())
        .of(new DefinitionFile(FILE, Optional.of(digest)));
  }

  private static String says(boolean broken, int port) {
    var plan =
        new PortPlan(
            port,
            port,
            PortPlan.OnOpen.NOTIFY,
            PortPlan.Visibility.PRIVATE,
            false,
            Optional.of("Site"),
            Optional.empty());
    var found = new LiveDefinition.Found(Severity.ERROR, 2, 1, "A tab.", "Use spaces.");
    return JsonText.write(
        LiveJson.map(
            broken
                ? new LiveDefinition.Unreadable(FILE, new LiveDefinition.NotRead(), List.of(found))
                : new LiveDefinition.Changed(FILE, List.of(plan), List.of())));
  }

  private static void write(TestInstance instance, String text) throws IOException {
    Files.writeString(instance.repository().resolve(FILE), text);
  }

  private static void awaitPort(TestInstance instance, int port) {
    await().untilAsserted(() -> assertThat(ports(instance)).containsExactly(port));
  }

  private static void awaitNothing(TestInstance instance) {
    await().untilAsserted(() -> isAsOpened(instance));
  }

  private static void isAsOpened(TestInstance instance) throws Exception {
    assertThat(instance.status().definition()).isEqualTo(new LiveDefinition.AsOpened());
  }

  /** Longer than two looks: it would have been read. */
  private static void staysSilent(TestInstance instance) {
    await().during(Duration.ofMillis(2500)).untilAsserted(() -> isAsOpened(instance));
  }

  private static void staysAt(TestInstance instance, int port) {
    await()
        .during(Duration.ofMillis(2500))
        .untilAsserted(() -> assertThat(ports(instance)).containsExactly(port));
  }

  private static List<Integer> ports(TestInstance instance) throws Exception {
    return instance.status().definition().held() instanceof LiveDefinition.Changed(_, var ports, _)
        ? ports.stream().map(PortPlan::first).toList()
        : List.of();
  }
}
