package dev.berth.supervisor.ide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.json.Json;
import dev.berth.protocol.api.EditorView;
import dev.berth.protocol.editor.Editor;
import dev.berth.protocol.inside.EditorPlan;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.TestRepository;
import dev.berth.supervisor.boot.Account;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a small real web server as editor. */
final class IdeTest {
  private static final EditorState READY = new EditorState.Ready(TestInstance.IDE_PORT);

  @TempDir private Path folder;

  @Test
  void an_instance_without_a_tree_says_nothing_of_an_editor() throws Exception {
    try (var instance = start(List.of())) {
      assertThat(instance.ready().editor()).isEmpty();
    }
  }

  @Test
  void an_editor_serves_as_the_user_with_its_settings_and_ports_addresses() throws Exception {
    tree(serving());
    try (var instance = start(List.of())) {
      awaitState(instance, READY::equals);

      var settings = instance.home().resolve("settings/machine.json");
      assertThat(Files.readString(settings))
          .isEqualTo(
              """
              {
                "ports": {"3000":{"onAutoForward":"openPreview","label":"Site","protocol":"http"}},
                "mine": [1,null]
              }
              """);
      assertThat(
              Files.readString(
                  instance.home().resolve(".vscode-server/data/Machine/settings.json")))
          .isEqualTo("{\"mine\":[1,null]}");
      assertThat(Files.getAttribute(settings, "unix:uid")).isEqualTo(Account.ID);
      assertThat(Files.readString(instance.home().resolve("started")))
          .isEqualTo(
              "33333 http://{{port}}-octo-hello-abcdefghijk.ws.localhost/ "
                  + instance.repository()
                  + "\n");
      assertThat(folder.resolve("links/code")).isSymbolicLink();
    }
  }

  @Test
  void a_tree_that_comes_later_is_told_until_then_and_served_then() throws Exception {
    var tree = Files.createDirectories(folder.resolve("ide"));
    Files.write(
        tree.resolve(Editor.STATE_FILE),
        Json.bytes((EditorView) new EditorView.Preparing(35, "unpacking it")));
    try (var instance = start(List.of())) {
      awaitState(instance, state -> state.toString().contains("unpacking it (35 %)"));

      tree(serving());

      awaitState(instance, READY::equals);
    }
  }

  @Test
  void an_editor_that_ends_is_told_and_started_again() throws Exception {
    tree(List.of("sh", "-c", "echo run >>$HOME/runs; echo no space left; exit 3"));
    try (var instance = start(List.of())) {
      awaitState(
          instance,
          state ->
              state.toString().contains("exit code 3: no space left")
                  && Files.readAllLines(instance.home().resolve("runs")).size() >= 2);

      tree(serving()); // what is broken stays broken until the next start
      assertThat(instance.status().editor()).isNotEqualTo(Optional.of(READY));
    }
  }

  @Test
  void wanted_extensions_are_installed_once_and_one_that_fails_becomes_a_notice() throws Exception {
    tree(serving());
    var wanted = List.of("good.one", "bad.one", "tools/own.vsix");
    try (var instance = start(wanted)) {
      await()
          .untilAsserted(() ->
              assertThat(instance.status().notices())
                  .anyMatch(notice ->
                      notice
                          .text()
                          .startsWith(
                              "The extension bad.one could not be installed: no such extension.")));
      var log = instance.home().resolve("installed");
      await()
          .untilAsserted(() ->
              assertThat(Files.readAllLines(log))
                  .containsExactly("good.one", instance.repository() + "/tools/own.vsix"));
      var note = instance.home().resolve(".local/share/berth/extensions");
      await()
          .untilAsserted(() ->
              assertThat(Files.readAllLines(note)).containsExactly("good.one", "tools/own.vsix"));
    }
  }

  @Test
  void a_user_s_settings_are_written_before_the_editor_starts_and_kept_when_they_change()
      throws Exception {
    tree(List.of("sh", "-c", "cp $HOME/user/settings.json $HOME/seen; exec sleep 100"));
    var home = Files.createDirectories(folder.resolve("home/user"));
    Files.writeString(home.resolve("settings.json"), "{\"of\": \"this workspace\"}");
    Files.writeString(home.resolve("keys.json"), "[1]");
    Account.own(home);
    try (var instance = start(List.of(), Map.of("settings.json", "{\"of\": \"all\"}"))) {
      assertThat(instance.home().resolve("user")).isEqualTo(home);
      await()
          .untilAsserted(
              () -> assertThat(instance.home().resolve("seen")).hasContent("{\"of\": \"all\"}"));
      assertThat(Files.readString(home.resolve("settings.json.before"))).contains("this workspace");
      assertThat(keptNext(instance)).isEqualTo("keys.json [1]");

      Files.writeString(home.resolve("settings.json"), "{\"changed\": true}");

      assertThat(keptNext(instance)).isEqualTo("settings.json {\"changed\": true}");
    }
  }

  @Test
  void extensions_of_all_workspaces_come_and_go_and_changes_here_are_told() throws Exception {
    tree(serving());
    var home = Files.createDirectories(folder.resolve("home"));
    var share = Files.createDirectories(home.resolve(".local/share/berth"));
    // all.gone was removed here while nobody listened; old.one elsewhere; own.one was added here.
    Files.writeString(share.resolve("shared-extensions"), "all.gone\nold.one\n");
    Files.writeString(home.resolve("installed"), "old.one\nown.one\nRepo.Wanted\n");
    for (var path : List.of("", ".local", ".local/share", ".local/share/berth")) {
      Account.own(home.resolve(path));
    }
    Account.own(share.resolve("shared-extensions"));
    Account.own(home.resolve("installed"));
    try (var instance = start(List.of("repo.wanted@1.0"), Map.of())) {
      assertThat(toldNext(instance)).isEqualTo("[own.one] [all.gone]");
      var installed = home.resolve("installed");
      await()
          .untilAsserted(() ->
              assertThat(Files.readAllLines(installed))
                  .contains("all.one", "own.one", "Repo.Wanted")
                  .doesNotContain("old.one", "bad.one", "all.gone"));
      await()
          .untilAsserted(() ->
              assertThat(Files.readAllLines(share.resolve("shared-extensions")))
                  .containsExactly("all.one", "own.one"));

      Files.writeString(installed, "all.one\nnew.one\nrepo.wanted\n");

      assertThat(toldNext(instance)).isEqualTo("[new.one] [own.one]");
    }
  }

  private record Change(String kind, List<String> added, List<String> removed) {}

  private static String toldNext(TestInstance instance) throws Exception {
    var what = Json.read(answeredNext(instance), Change.class);
    assertThat(what.kind()).isEqualTo("changeExtensions");
    return what.added() + " " + what.removed();
  }

  private record Told(List<Asked> errands) {}

  private record Asked(String id, String what) {}

  private record What(String kind, String name, String text) {}

  /** What is to be kept next, which it is, as control would. */
  private static String keptNext(TestInstance instance) throws Exception {
    var what = Json.read(answeredNext(instance), What.class);
    assertThat(what.kind()).isEqualTo("keepPreference");
    return what.name() + " " + what.text();
  }

  private static String answeredNext(TestInstance instance) throws Exception {
    List<Asked> told = List.of();
    while (told.isEmpty()) {
      var said = instance.client().get("errands?wait=5000").body();
      told = Json.read(said.getBytes(StandardCharsets.UTF_8), Told.class).errands();
    }
    var errand = told.getFirst();
    var path = "errands/%s/answer?status=200".formatted(errand.id());
    assertThat(instance.client().post(path, "{}").statusCode()).isLessThan(300);
    return errand.what();
  }

  private interface Checked {
    boolean test(EditorState state) throws Exception;
  }

  private static void awaitState(TestInstance instance, Checked wanted) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          var state = instance.status().editor();
          return state.isPresent() && wanted.test(state.get());
        });
  }

  private static List<String> serving() {
    return List.of(
        "sh",
        "-c",
        "echo $(id -u) $PORT_URL $0 >$HOME/started; exec python3 -m http.server {port}"
            + " --bind 127.0.0.1 --directory {tree}/www",
        "{folder}",
        "--left-out={workspaceFile}");
  }

  private void tree(List<String> command) throws IOException {
    var tree = Files.createDirectories(folder.resolve("ide"));
    Files.createDirectories(tree.resolve("www"));
    Files.writeString(tree.resolve("www/version"), "1");
    var editor =
        new Editor(
            "test",
            "1",
            command,
            Map.of("PORT_URL", "{portUrl}", "LEFT_OUT", "{gallery}"),
            "/version",
            List.of(
                "sh",
                "-c",
                "case $0 in bad*) echo no such extension. >&2; exit 1;; esac;"
                    + " echo $0 >>$HOME/installed",
                "{extension}"),
            Optional.of(
                new Editor.Settings(
                    "{home}/settings/machine.json", "{\"ports\": {portsAttributes}}")),
            Optional.of(List.of("{home}/user/settings.json", "{home}/user/keys.json")),
            Optional.of(
                new Editor.Installed(
                    "{home}/installed",
                    List.of("sh", "-c", "cat $HOME/installed"),
                    List.of("sh", "-c", "sed -i /$0/d $HOME/installed", "{extension}"))),
            List.of());
    var file = tree.resolve("new");
    Files.write(file, Json.bytes(editor));
    Files.move(file, tree.resolve(Editor.FILE), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private TestInstance start(List<String> extensions) throws IOException {
    return start(
        new EditorPlan(
            extensions,
            "{\"mine\":[1,null]}",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of()));
  }

  private TestInstance start(List<String> extensions, Map<String, String> preferences)
      throws IOException {
    return start(
        new EditorPlan(
            extensions,
            "{}",
            Optional.empty(),
            Optional.empty(),
            Optional.of(preferences),
            List.of("all.one", "all.gone", "bad.one")));
  }

  private TestInstance start(EditorPlan editor) throws IOException {
    var repository = TestRepository.withCommits(folder.resolve("repo"), 1);
    var plain = TestInstance.plan(TestInstance.branch(repository, "main"), List.of(), List.of());
    var port =
        new PortPlan(
            3000,
            3000,
            PortPlan.OnOpen.OPEN_PREVIEW,
            PortPlan.Visibility.PRIVATE,
            false,
            Optional.of("Site"),
            Optional.empty());
    return TestInstance.start(
        folder, plain.of(plain.tasks(), List.of(port), plain.env(), editor, plain.notices()));
  }
}
