package dev.berth.supervisor;

import dev.berth.base.http.HttpServer;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.supervisor.api.Api;
import dev.berth.supervisor.api.Changes;
import dev.berth.supervisor.api.LocalDoor;
import dev.berth.supervisor.api.Status;
import dev.berth.supervisor.boot.Account;
import dev.berth.supervisor.boot.TrustedAuthorities;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.content.Content;
import dev.berth.supervisor.content.Dotfiles;
import dev.berth.supervisor.definition.DefinitionWatch;
import dev.berth.supervisor.errand.Errands;
import dev.berth.supervisor.ide.Ide;
import dev.berth.supervisor.outlet.Outlet;
import dev.berth.supervisor.ports.ListeningPorts;
import dev.berth.supervisor.process.CoreLimit;
import dev.berth.supervisor.process.Processes;
import dev.berth.supervisor.tasks.Tasks;
import dev.berth.supervisor.terminal.Terminals;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The parts of a supervisor, put together. */
public final class Supervisor {
  private final BootPlan plan;
  private final Processes processes;
  private final Work work;
  private final Status status;
  private final Doors doors;

  private Supervisor(BootPlan plan, Processes processes, Work work, Status status, Doors doors) {
    this.plan = plan;
    this.processes = processes;
    this.work = work;
    this.status = status;
    this.doors = doors;
  }

  /**
   * Where a supervisor finds its instance.
   *
   * @param trusted what was done for the installation's own authorities
   * @param workspace the folder of the clones
   * @param listen where the API is served
   * @param outlet where the registry of extensions is found, where the plan has one
   * @param doors sockets for the local door, of which the first that can be made is taken
   * @param ide what the browser editor needs
   * @param gp the command inside
   * @param began when the supervisor was executed
   */
  public record Place(
      Account account,
      TrustedAuthorities trusted,
      Path workspace,
      InetSocketAddress listen,
      InetSocketAddress outlet,
      List<Path> doors,
      Ide.Place ide,
      Path gp,
      Instant began) {
    public Place {
      doors = List.copyOf(doors);
    }
  }

  /** Answers from now on; what else it is to do begins with {@link #run}. */
  public static Supervisor open(BootPlan plan, Place place, Map<String, String> inherited) {
    var changes = new Changes();
    plan.size().core().ifPresent(CoreLimit::set);
    var processes = Processes.open();
    var user =
        WorkspaceUser.of(plan, place.account(), place.trusted(), place.workspace(), inherited);
    var cloning =
        WorkspaceUser.of(
            plan.forClone(), place.account(), place.trusted(), place.workspace(), inherited);
    var terminals = new Terminals(processes, changes::happened);
    var ports = new ListeningPorts(Path.of("/proc/net"), changes::happened);
    var content =
        new Content(
            plan.content(),
            plan.owner().author(),
            plan.headless(),
            place.workspace(),
            user,
            cloning,
            processes,
            changes::happened);
    var scripts = place.workspace().resolve(Content.OWN_FOLDER);
    var tasks =
        new Tasks(plan.tasks(), terminals, user, scripts, new SecureRandom(), changes::happened);
    var errands = new Errands();
    var definition = DefinitionWatch.of(plan, user, processes, place.gp(), changes::happened);
    var ide =
        new Ide(
            plan,
            place.ide(),
            place.workspace(),
            user,
            processes,
            errands,
            definition,
            changes::happened);
    var notices = new ArrayList<>(plan.notices());
    notices.addAll(place.account().notices());
    notices.addAll(place.trusted().notices());
    var dotfiles =
        new Dotfiles(plan.owner().dotfiles(), user, cloning, place.account().home(), processes);
    var status =
        new Status(
            content, dotfiles, tasks, ports, terminals, ide, definition, notices, place.began());
    var outlet = plan.editor().gallery().flatMap(_ -> Outlet.open(place.outlet()));
    var api = new Api(status, changes, terminals, user, processes, errands, outlet, plan);
    var server = HttpServer.open(place.listen(), Api.LIMITS, api.handler());
    var door = LocalDoor.open(place.doors(), api.forUser());
    status.answers();
    return new Supervisor(
        plan,
        processes,
        new Work(content, dotfiles, tasks, ports, ide, definition),
        status,
        new Doors(server, door, outlet));
  }

  /** Where the API is served. */
  public InetSocketAddress address() {
    return doors.address();
  }

  /** Makes the files and starts the tasks; returns when all is on its way. */
  public void run() throws InterruptedException {
    work.run(status);
  }

  /**
   * Ends all of the user's processes, within the time that the plan gives them, and its own work.
   */
  public void stop() throws InterruptedException {
    processes.endAll(Duration.ofSeconds(plan.stopGraceSeconds()));
    doors.close();
    work.stop();
  }
}
