package dev.berth.control.reconcile;

import dev.berth.base.Problem;
import dev.berth.control.workspace.LastSeen;
import dev.berth.control.workspace.Logs;
import dev.berth.control.workspace.Workspace;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import dev.berth.runtime.Observation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Asks the supervisor of a running instance, and the driver where none runs. */
public final class InstanceLogs implements Logs, AutoCloseable {
  /** Of all terminals together: somebody waits for it. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** Some terminals' whole rings of 1 MiB; the rest is to be had one by one. */
  private static final int CHARACTERS_MAX = 8 << 20;

  private final Driver driver;
  private final Specs specs;
  private final LastSeen lastSeen;
  private final Supervisors supervisors = new Supervisors();

  public InstanceLogs(Driver driver, Specs specs, LastSeen lastSeen) {
    this.driver = driver;
    this.specs = specs;
    this.lastSeen = lastSeen;
  }

  @Override
  public String of(Workspace workspace) throws InterruptedException {
    // A prebuild prints to its supervisor's output, which is there when it has ended, too.
    if (workspace.plan().headless()
        || !(driver.observe(workspace.id()) instanceof Observation.Alive alive)) {
      return driver.log(workspace.id());
    }
    var endpoint = alive.supervisor();
    var token = specs.token(alive.instance());
    // Asked anew: what the last look saw may be from before the first task began.
    var status = supervisors.status(endpoint, token, Instant.now());
    if (status.isEmpty()) return driver.log(workspace.id());
    var text = new StringBuilder();
    long end = System.nanoTime() + LONGEST.toNanos();
    for (var task : status.get().tasks()) {
      if (!task.terminal().matches("[A-Za-z0-9_-]{1,64}")) continue; // an instance's word
      var left = Duration.ofNanos(end - System.nanoTime());
      if (!left.isPositive() || text.length() > CHARACTERS_MAX) break;
      text.append("== ").append(task.name()).append('\n');
      supervisors
          .get(
              endpoint,
              token,
              "/_supervisor/v1/terminals/%s/output".formatted(task.terminal()),
              left)
          .ifPresent(bytes -> text.append(new String(bytes, StandardCharsets.UTF_8)).append('\n'));
    }
    return text.toString();
  }

  @Override
  public String tokenOf(Workspace workspace) {
    return Optional.of(workspace)
        .filter(one -> one.phase() instanceof Phase.Running)
        .flatMap(one -> running(one.id()))
        .map(specs::token)
        .orElseThrow(() ->
            new Problem.Conflict(
                "The workspace %s does not run.".formatted(workspace.id()),
                "Start it: berth start %s --wait.".formatted(workspace.id())));
  }

  /** Where the host cannot be asked, what runs there goes on, and is the one that was seen last. */
  private Optional<InstanceId> running(WorkspaceId id) {
    try {
      return driver.observe(id) instanceof Observation.Alive alive
          ? Optional.of(alive.instance())
          : Optional.empty();
    } catch (Problem.Unavailable away) {
      return Optional.of(lastSeen.of(id).map(LastSeen.Sight::instance).orElseThrow(() -> away));
    }
  }

  @Override
  public void close() {
    supervisors.close();
  }
}
