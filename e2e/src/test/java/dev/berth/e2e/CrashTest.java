package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server ends at any moment: nothing is lost, and what was asked for comes true. */
@ExtendWith({Site.Shared.class, Installation.OfItsClass.class})
final class CrashTest {
  private static final int KILLS = 10;

  /** A start of a workspace takes about this long on a busy machine. */
  private static final int LONGEST_MOMENT_MS = 2500;

  private final Site site;
  private final Installation berth;

  CrashTest(Site site, Installation berth) {
    this.site = site;
    this.berth = berth;
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
}
