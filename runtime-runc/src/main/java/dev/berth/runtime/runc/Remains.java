package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.Port;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Observation;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is on disk and in the kernel of one workspace's instance: looks at it, ends and clears it.
 */
final class Remains {
  /** From SIGKILL, or from the container's end to the monitor's; the kernel needs milliseconds. */
  private static final Duration DYING = Duration.ofSeconds(20);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  /** To a supervisor that has heard it the second asking says nothing. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

  private final Host host;
  private final WorkspaceId workspace;
  private final WorkspaceFolder folder;

  Remains(Host host, WorkspaceId workspace) {
    this.host = host;
    this.workspace = workspace;
    this.folder = host.folder(workspace);
  }

  /** Whether there is anything of an instance, be it half made. */
  boolean exist() {
    return folder.instance().exists();
  }

  /** By reading a few small files. An instance that a kill left half made counts as absent. */
  Observation seen() throws IOException {
    var instance = folder.instance();
    var read = instance.plan();
    if (read.isEmpty()) return new Observation.Absent();
    var plan = read.get();
    if (!plan.machine().equals(host.boot())) {
      return new Observation.Exited(plan.instance(), "The machine was restarted.");
    }
    var first = instance.first();
    boolean monitored = alive(instance.monitor());
    if (first.isPresent()) {
      // While the monitor has not written how it ended, it has not ended for others either.
      if (alive(first) || (monitored && instance.exitCode().isEmpty())) return aliveAs(plan);
      return new Observation.Exited(plan.instance(), why(plan));
    }
    if (monitored) return new Observation.Preparing(plan.instance(), instance.steps());
    if (instance.exitCode().isEmpty()) return new Observation.Absent();
    var problem = Launch.refused(folder);
    return new Observation.Failed(plan.instance(), problem.what(), problem.remedy());
  }

  private Observation.Alive aliveAs(InstanceFolder.Plan plan) throws IOException {
    var instance = folder.instance();
    var since = instance.firstSince();
    var steps = instance.steps().stream().map(step -> Steps.ended(step, since)).toList();
    var address = host.network().address(plan.number());
    return new Observation.Alive(plan.instance(), new Endpoint(address, Port.SUPERVISOR), steps);
  }

  private String why(InstanceFolder.Plan plan) throws IOException {
    var code = folder.instance().exitCode();
    if (code.isEmpty()) return "It ended, and what waited for its exit code was killed too.";
    if (code.get() == 128 + 9 && host.controlGroup(workspace).memoryKills() > 0) {
      return "It was killed because it needed more memory than the %d MiB of its class."
          .formatted(plan.memoryBytes() >> 20);
    }
    return code.get() > 128
        ? "Its first process was ended by signal %d.".formatted(code.get() - 128)
        : "Its first process ended by itself with exit code %d.".formatted(code.get());
  }

  private static boolean alive(Optional<LiveProcess> process) {
    return process.isPresent() && process.get().alive();
  }

  /**
   * Asks the instance to end; not before its first process can hear it, and again each moment,
   * however often it is called: just after a start it may still be runc's own program that hears
   * it, and says nothing of it to the one that it becomes.
   */
  void ask() throws IOException {
    var first = folder.instance().first();
    if (first.isEmpty() || !first.get().listens()) return;
    var asked = folder.instance().asked();
    if (asked.isPresent() && Instant.now().isBefore(asked.get().plus(ASK_AGAIN))) return;
    folder.instance().noteAsked();
    first.get().terminate();
  }

  /** Whether the container's first process is there, in whatever state. */
  boolean live() throws IOException {
    return alive(folder.instance().born());
  }

  void kill() throws IOException {
    folder.instance().born().ifPresent(LiveProcess::kill);
  }

  /** Removes every trace of the instance; its first process must have been asked or killed. */
  void clear() throws IOException, InterruptedException {
    if (!exist()) return;
    if (folder.instance().first().isEmpty()) {
      // A start that was broken off: its monitor may be about to make the container.
      var monitor = folder.instance().monitor();
      if (monitor.isPresent()) monitor.get().killGroup();
    }
    kill();
    awaitEnd(folder.instance().born(), "container");
    awaitMonitor();
    // With --force it is content when runc never knew the container.
    host.runc("delete", "--force", workspace.value())
        .orProblem(
            "It is tried again; if that does not help, look for stuck disks on the machine.");
    removeControlGroup();
    var plan = folder.instance().plan();
    if (plan.isPresent()) host.network().unlink(plan.get().number());
    folder.noteEnded(Instant.now());
    folder.instance().remove();
  }

  private void awaitMonitor() throws IOException, InterruptedException {
    var monitor = folder.instance().monitor();
    long patience = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    while (alive(monitor) && System.nanoTime() < patience) Thread.sleep(BETWEEN_LOOKS);
    if (monitor.isPresent()) monitor.get().killGroup();
  }

  private void removeControlGroup() throws IOException, InterruptedException {
    var group = host.controlGroup(workspace);
    var patience = Instant.now().plus(DYING);
    while (group.exists()) {
      group.remove();
      if (Instant.now().isAfter(patience)) throw stuck("control group");
      if (group.exists()) Thread.sleep(BETWEEN_LOOKS);
    }
  }

  private void awaitEnd(Optional<LiveProcess> process, String name) throws InterruptedException {
    var patience = Instant.now().plus(DYING);
    while (alive(process)) {
      if (Instant.now().isAfter(patience)) throw stuck(name);
      Thread.sleep(BETWEEN_LOOKS);
    }
  }

  private Problem stuck(String name) {
    return new Problem.Unavailable(
        "The %s of %s did not go within %d s of its kill."
            .formatted(name, workspace, DYING.toSeconds()),
        "A process of it waits for a disk or device; see the machine's kernel log.");
  }
}
