package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.process.Command;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.PointList;
import dev.berth.protocol.api.PointView;
import dev.berth.protocol.api.WorkspaceView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files that are saved while one works, by the command that a user types. */
@ExtendWith(Site.Shared.class)
final class SavesTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Site site;

  @TempDir Path here;

  SavesTest(Site site) {
    this.site = site;
  }

  @Test
  @Timeout(360)
  void what_was_written_is_there_again_though_all_of_it_was_lost() throws Exception {
    try (var berth = Installation.create("saves: {every: 1s}")) {
      berth.up();
      var id = berth.api().run(site.small()).id();
      sh(berth, id, "echo an hour of work > work; echo mine > ~/mine; sudo touch /usr/local/tool");
      var first = saved(berth, id, "");
      var points = berth.berth("points", id.value(), "--json");
      assertThat(points.exitCode()).as(points.errors()).isZero();
      assertThat(points.text()).contains(first);

      // The server is killed while more is written, and its successor saves what it did not.
      sh(berth, id, "echo and another > work");
      berth.kill();
      berth.up();
      berth.api().running(id);
      saved(berth, id, first);

      sh(berth, id, "rm -rf work ~/mine /workspace/*");
      var made = fork(berth, id, first);
      berth.api().running(made);

      assertThat(sh(berth, made, "cat work ~/mine; ls /usr/local"))
          .contains("an hour of work", "mine", "tool");
      assertThat(sh(berth, made, "git status --short")).contains("?? work");
      assertThat(sh(berth, id, "ls /workspace")).isEmpty();

      var archive = here.resolve("it.tar").toString();
      var export = berth.berth("export", id.value(), first, "--output", archive);
      assertThat(export.exitCode()).as(export.errors()).isZero();
      var listed = Command.of("tar", "-tf", archive).orProblem("see tar").text();
      assertThat(listed).contains("/work\n").contains("home/gitpod/mine");

      // What was lost is told, and can be had by itself.
      var lost = berth.berth("points", "changes", id.value(), first);
      assertThat(lost.text()).as(lost.errors()).contains("- /home/gitpod/mine", " gone");
      var one = berth.berth("points", "get", id.value(), first, "/home/gitpod/mine");
      assertThat(one.text()).as(one.errors()).isEqualTo("mine");

      // The fork needs nothing of what it came from.
      berth.api().delete(id);
      berth.api().gone(id);
      berth.api().stop(made);
      berth.api().stopped(made);
      berth.api().start(made);
      berth.api().running(made);
      assertThat(sh(berth, made, "cat work")).contains("an hour of work");
      var none = berth.berth("fork", made.value(), first);
      assertThat(none.exitCode()).isEqualTo(66);
      assertThat(none.errors()).contains("no such saved moment");
    }
  }

  /** A point that is newer than {@code than}, by itself. */
  private static String saved(Installation berth, WorkspaceId id, String than) throws Exception {
    await().atMost(SOON).until(() -> newest(berth, id).compareTo(than) > 0);
    // What is written in the moment of a save comes with the next.
    var one = newest(berth, id);
    await().atMost(SOON).until(() -> newest(berth, id).compareTo(one) > 0 || settled(berth, id));
    return newest(berth, id);
  }

  private static boolean settled(Installation berth, WorkspaceId id) throws Exception {
    var before = newest(berth, id);
    var saved = berth.api().call("POST", "/api/v1/workspaces/" + id + "/points", "");
    return saved.as(PointView.class).id().equals(before);
  }

  private static String newest(Installation berth, WorkspaceId id) throws Exception {
    var told = berth.api().call("GET", "/api/v1/workspaces/" + id + "/points", "");
    return told.as(PointList.class).points().stream().findFirst().map(PointView::id).orElse("");
  }

  private static WorkspaceId fork(Installation berth, WorkspaceId id, String point)
      throws Exception {
    var body = "{\"point\": \"%s\"}".formatted(point);
    return berth
        .api()
        .call("POST", "/api/v1/workspaces/" + id + "/fork", body)
        .as(WorkspaceView.class)
        .id();
  }

  private static String sh(Installation berth, WorkspaceId id, String script) throws Exception {
    return Inside.exec(berth.api().door(id), List.of("bash", "-c", script), "").text();
  }
}
