package dev.berth.supervisor;

import dev.berth.protocol.Port;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.LocalSocket;
import dev.berth.protocol.inside.Outlet;
import dev.berth.supervisor.boot.Account;
import dev.berth.supervisor.boot.Age;
import dev.berth.supervisor.boot.BootFile;
import dev.berth.supervisor.boot.CommandLinks;
import dev.berth.supervisor.boot.TrustedAuthorities;
import dev.berth.supervisor.ide.Ide;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** What an instance's first process runs. */
final class Main {
  private static final System.Logger LOG = System.getLogger(Main.class.getName());

  private Main() {}

  /**
   * Without arguments all is where an instance has it; with three, for trying it elsewhere: the
   * boot plan's file, the workspace's folder, the API's port.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    boolean elsewhere = arguments.length == 3;
    var file = Path.of(elsewhere ? arguments[0] : BootPlan.PATH);
    var workspace = Path.of(elsewhere ? arguments[1] : "/workspace");
    int port = elsewhere ? Integer.parseInt(arguments[2]) : Port.SUPERVISOR;
    var began = Age.ofThisProcess().map(Instant.now()::minus).orElseGet(Instant::now);

    var plan = BootFile.read(Files.readAllBytes(file));
    var account = Account.ensure(Path.of("/"), plan.user());
    CommandLinks.make(Path.of("/"));
    // Elsewhere it is somebody's own machine.
    var trusted =
        elsewhere
            ? TrustedAuthorities.NONE
            : TrustedAuthorities.put(Path.of("/"), plan.authorities());
    var place =
        new Supervisor.Place(
            account,
            trusted,
            workspace,
            new InetSocketAddress(port),
            new InetSocketAddress(Outlet.ADDRESS, Outlet.PORT),
            LocalSocket.PATHS.stream().map(Path::of).toList(),
            Ide.Place.USUAL,
            Path.of("/.supervisor/bin/gp"),
            began);
    var supervisor = Supervisor.open(plan, place, System.getenv());
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(supervisor)));
    supervisor.run();
    Thread.currentThread().join(); // until SIGTERM
  }

  /** Runs on SIGTERM. Exit code 0 says that it went as asked; the JVM's own would be 143. */
  private static void stop(Supervisor supervisor) {
    try {
      supervisor.stop();
      Runtime.getRuntime().halt(0);
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.WARNING, "stopping was interrupted", e);
    }
  }
}
