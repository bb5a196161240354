package dev.berth.control.reconcile;

import dev.berth.base.Problem;
import dev.berth.control.workspace.LastSeen;
import dev.berth.control.workspace.Logs;
import dev.berth.control.workspace.Workspace;
import dev.berth.protocol.Phase;
import dev.berth.runtime.Driver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks the supervisor of a running instance, and the driver where none runs. */
public final class InstanceLogs implements Logs, AutoCloseable {
  /** Of all terminals together: somebody waits for it. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** Some terminals' whole rings of 1 MiB; the rest is to be had one by one. */
  private static final int CHARACTERS_MAX = 8 << 20;

  private final Driver driver;
  private final LastSeen lastSeen;
  private final Specs specs;
  private final Supervisors supervisors = new Supervisors();

  public InstanceLogs(Driver driver, LastSeen lastSeen, Specs specs) {
    this.driver = driver;
    this.lastSeen = lastSeen;
    this.specs = specs;
  }

  @Override
  public String of(Workspace workspace) throws InterruptedException {
    var sight = lastSeen.of(workspace.id());
    if (!(workspace.phase() instanceof Phase.Running(_, var endpoint)) || sight.isEmpty()) {
      return driver.log(workspace.id());
    }
    var token = specs.token(sight.get().instance());
    var text = new StringBuilder();
    long end = System.nanoTime() + LONGEST.toNanos();
    for (var task : sight.get().status().tasks()) {
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
    var sight = lastSeen.of(workspace.id());
    if (!(workspace.phase() instanceof Phase.Running) || sight.isEmpty()) {
      throw new Problem.Conflict(
          "The workspace %s does not run.".formatted(workspace.id()),
          "Start it: berth start %s --wait.".formatted(workspace.id()));
    }
    return specs.token(sight.get().instance());
  }

  @Override
  public void close() {
    supervisors.close();
  }
}
