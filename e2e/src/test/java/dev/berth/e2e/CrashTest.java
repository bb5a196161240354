package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.Phase;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server ends at any moment: nothing is lost, and what was asked for comes true. */
@ExtendWith(Site.Shared.class)
final class CrashTest {
  private static final int KILLS = 10;

  /** A start of a workspace takes about this long on a busy machine. */
  private static final int LONGEST_MOMENT_MS = 2500;

  private static Installation berth;

  private final Site site;

  CrashTest(Site site) {
    this.site = site;
  }

  @BeforeAll
  @Timeout(360)
  static void open(Site site) throws Exception {
    berth = Installation.create();
    berth.up();
    assertThat(site.small()).isNotEmpty();
  }

  @AfterAll
  static void close() throws Exception {
    berth.close();
  }

  @Test
  @Timeout(400)
  void whenever_the_server_is_killed_the_next_one_brings_each_workspace_to_what_was_asked()
      throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("CrashTest: repeat these moments with -Dseed=" + seed);
    var random = new Random(seed);
    var steady = berth.api().run(site.small()).id();
    var process = berth.firstProcess(steady);
    var shell = Shell.open(berth.api().door(steady));
    shell.type("echo shell $$");
    var moving = berth.api().run(site.small()).id();

    for (int kill = 0; kill < KILLS; kill++) {
      boolean start = kill % 2 == 1;
      if (start) berth.api().start(moving);
      else berth.api().stop(moving);
      int moment = random.nextInt(LONGEST_MOMENT_MS);
      assertThat(berth.process().waitFor(moment, TimeUnit.MILLISECONDS)).isFalse();
      berth.kill();
      shell.close();

      berth.up();
      var api = berth.api();
      if (start) api.running(moving);
      else api.stopped(moving);
      assertThat(berth.firstProcess(moving).isPresent()).isEqualTo(start);
      assertThat(berth.firstProcess(steady)).as("kill %d", kill).isEqualTo(process);
      api.running(steady);
      shell = Shell.attach(api.door(steady), shell.id());
      shell.type("echo \"after kill %d: $$\"".formatted(kill));
      shell.showsSame("shell (\\d+)", "after kill %d: (\\d+)".formatted(kill));
    }
    shell.close();
    berth.api().delete(steady);
    berth.api().delete(moving);
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
    assertThat(process).hasValueSatisfying(CrashTest::runs);
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

    assertThat(berth.berth("down").exitCode()).isZero();
    assertThat(berth.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(berth.firstProcess(id)).isEmpty();
    berth.up();
    berth.api().delete(id);
  }

  private static void runs(long process) {
    assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive)).isPresent();
  }
}
