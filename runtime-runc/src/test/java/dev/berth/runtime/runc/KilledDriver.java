package dev.berth.runtime.runc;

import dev.berth.protocol.WorkspaceId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * A process for {@link RuncDriverSurvivalTest} to kill: does one thing to a workspace and waits.
 */
final class KilledDriver {
  private KilledDriver() {}

  /** {@code FOLDER start|stop WORKSPACE [SEED]}; prints a line when it begins. */
  public static void main(String[] arguments) throws Exception {
    var host = TestHost.at(Path.of(arguments[0]));
    var workspace = new WorkspaceId(arguments[2]);
    var seeds = new KeptSeeds(host.folder());
    var driver = RuncDriver.open(host.options(seeds));
    var seed =
        Arrays.stream(arguments).skip(3).findFirst().map(from -> seeds.of(new WorkspaceId(from)));
    System.out.println("begins");
    if (arguments[1].equals("start")) driver.start(TestHost.spec(workspace, "", List.of(), seed));
    else driver.stop(workspace, Instant.now().plusSeconds(5));
    Thread.sleep(60_000);
  }
}
