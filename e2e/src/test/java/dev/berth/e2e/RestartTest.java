package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.json.Json;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.PrebuildView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server ends and another begins: workspaces run on, and what was acknowledged holds. */
@ExtendWith({Site.Shared.class, Installation.OfItsClass.class})
final class RestartTest {
  private final Site site;
  private final Installation berth;

  RestartTest(Site site, Installation berth) {
    this.site = site;
    this.berth = berth;
  }

  @Test
  void a_workspace_that_was_asked_for_before_a_kill_is_made_after_it_and_one_deleted_is_gone()
      throws Exception {
    var deleted = berth.api().run(site.small()).id();
    var opened = berth.api().open(site.small()).id();
    berth.api().delete(deleted);
    berth.kill();

    berth.up();
    berth.api().running(opened);
    berth.api().gone(deleted);
    assertThat(berth.folder(deleted)).doesNotExist();
    berth.api().delete(opened);
  }

  @Test
  @Timeout(240)
  void the_end_of_the_server_leaves_workspaces_running_and_down_stops_them_with_their_files()
      throws Exception {
    var id = berth.api().run(site.small()).id();
    var process = berth.firstProcess(id);

    assertThat(berth.terminate()).isIn(0, 128 + 15);
    assertThat(process).hasValueSatisfying(RestartTest::runs);
    assertThat(berth.berth("list").exitCode()).isEqualTo(69);

    berth.up();
    assertThat(berth.api().running(id).phase()).isInstanceOf(Phase.Running.class);
    assertThat(berth.firstProcess(id)).isEqualTo(process);
    var write = List.of("sh", "-c", "echo kept > work");
    assertThat(Inside.exec(berth.api().door(id), write, "").exitCode()).isZero();

    berth.kill(); // down works without a server too
    var down = berth.berth("down");
    assertThat(down.exitCode()).as(down.errors()).isZero();
    assertThat(berth.firstProcess(id)).isEmpty();

    berth.up();
    assertThat(berth.api().find(id).phase()).isInstanceOf(Phase.Stopped.class);
    berth.api().start(id);
    berth.api().running(id);
    assertThat(Inside.exec(berth.api().door(id), List.of("cat", "work"), "").text())
        .isEqualTo("kept");

    var prebuild = endlessPrebuild();

    assertThat(berth.berth("down").exitCode()).isZero();
    assertThat(berth.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(berth.firstProcess(id)).isEmpty();
    assertThat(berth.firstProcess(prebuild)).isEmpty();
    berth.up();
    berth.api().delete(id);
  }

  private WorkspaceId endlessPrebuild() throws Exception {
    var repository = site.git().create("octo/endless");
    Samples.small(repository, ".gitpod.yml", "tasks: [{init: sleep 1000}]");
    var made = berth.berth("prebuild", site.git().url("octo/endless"), "--json");
    var id = Json.read(made.text(), PrebuildView.class).id();
    await().atMost(Duration.ofMinutes(1)).until(() -> berth.firstProcess(id).isPresent());
    return id;
  }

  private static void runs(long process) {
    assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive)).isPresent();
  }
}
