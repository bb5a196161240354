package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import dev.berth.runtime.runc.mount.LinuxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process is doing about one workspace: a start or an end, each on a virtual thread of
 * its own, never two at a time. Every method locks; what lasts is on disk ({@link Remains}).
 */
final class Seat {
  private static final Logger LOG = LoggerFactory.getLogger(Seat.class);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  /** How long a call of delete waits for the end of it before it says that it goes on. */
  private static final Duration DELETE_WAIT = Duration.ofMillis(500);

  private sealed interface Work {
    record None() implements Work {}

    record Starting(InstanceId instance, Steps steps, Thread thread) implements Work {}

    /**
     * @param before what was seen when it began, for as long as it goes on
     */
    record Ending(Observation before) implements Work {}
  }

  private final Host host;
  private final WorkspaceId workspace;
  private final Remains remains;

  private Work work = new Work.None();
  private Optional<Observation.Failed> failure = Optional.empty();
  private Instant killAfter = Instant.MAX;
  private boolean deleteToo;

  Seat(Host host, WorkspaceId workspace) {
    this.host = host;
    this.workspace = workspace;
    this.remains = new Remains(host, workspace);
  }

  synchronized void start(InstanceSpec spec) {
    if (!(work instanceof Work.None)) return;
    switch (disk()) {
      case Observation.Preparing _, Observation.Alive _ -> {
        return;
      }
      case Observation.Absent _, Observation.Exited _, Observation.Failed _ -> {}
    }
    failure = Optional.empty();
    var steps = new Steps();
    var thread =
        Thread.ofVirtual().name("start-" + workspace).unstarted(() -> runStart(spec, steps));
    work = new Work.Starting(spec.boot().instance(), steps, thread);
    thread.start();
  }

  private void runStart(InstanceSpec spec, Steps steps) {
    Optional<Observation.Failed> outcome = Optional.empty();
    try {
      remains.clear();
      new Launch(host, spec, steps).run();
    } catch (InterruptedException _) {
      LOG.info("The start of {} was broken off.", workspace);
    } catch (Throwable e) { // an Error, too, must not be taken for a start that is still to be made
      var problem = problem(e);
      if (problem == e && e.getCause() == null) {
        LOG.warn("{} could not be started: {}", workspace, problem.words());
      } else {
        LOG.warn("{} could not be started: {}", workspace, problem.words(), e);
      }
      outcome =
          Optional.of(
              new Observation.Failed(spec.boot().instance(), problem.what(), problem.remedy()));
      clearQuietly();
    } finally {
      startEnded(outcome);
    }
  }

  private void clearQuietly() {
    try {
      remains.clear();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // a stop came: it clears
    } catch (IOException | RuntimeException e) {
      LOG.warn("What is left of the start of {} stays until its next one.", workspace, e);
    }
  }

  private synchronized void startEnded(Optional<Observation.Failed> outcome) {
    if (!(work instanceof Work.Starting)) return; // an end has taken over
    failure = outcome;
    work = new Work.None();
    notifyAll();
  }

  synchronized void stop(Instant latest) {
    end(latest, false);
  }

  /** Says whether all is gone. */
  synchronized boolean delete() throws InterruptedException {
    if (work instanceof Work.None && !Files.exists(host.folder(workspace).path())) {
      failure = Optional.empty();
      return true;
    }
    end(Instant.EPOCH, true);
    var patience = System.nanoTime() + DELETE_WAIT.toNanos();
    while (!(work instanceof Work.None)) {
      long left = (patience - System.nanoTime()) / 1_000_000;
      if (left <= 0) return false;
      wait(left);
    }
    return !Files.exists(host.folder(workspace).path());
  }

  private void end(Instant latest, boolean delete) {
    if (latest.isBefore(killAfter)) killAfter = latest;
    if (delete) deleteToo = true;
    switch (work) {
      case Work.Ending _ -> {}
      case Work.Starting(var instance, var steps, var thread) -> {
        thread.interrupt();
        beginEnd(new Observation.Preparing(instance, steps.soFar()), Optional.of(thread));
      }
      case Work.None _ -> {
        failure = Optional.empty();
        if (remains.exist() || delete) beginEnd(disk(), Optional.empty());
        else killAfter = Instant.MAX;
      }
    }
  }

  private void beginEnd(Observation before, Optional<Thread> start) {
    work = new Work.Ending(before);
    Thread.ofVirtual().name("end-" + workspace).start(() -> runEnd(start));
  }

  private void runEnd(Optional<Thread> start) {
    try {
      if (start.isPresent()) start.get().join();
      while (remains.live() && Instant.now().isBefore(latest())) {
        remains.ask();
        Thread.sleep(BETWEEN_LOOKS);
      }
      remains.clear();
      if (shallDelete()) remove();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody interrupts it but the machine's end
    } catch (Exception e) {
      LOG.warn("The end of {} is not complete: {}", workspace, problem(e).words(), e);
    } finally {
      endEnded();
    }
  }

  private void remove() throws IOException, InterruptedException {
    var folder = host.folder(workspace);
    // Else what rm is in would become a layer.
    host.frozen()
        .inTurn(
            workspace,
            () -> {
              folder.remove();
              return workspace;
            });
    host.numbers().free(workspace);
    host.frozen().collect();
  }

  private synchronized Instant latest() {
    return killAfter;
  }

  private synchronized boolean shallDelete() {
    return deleteToo;
  }

  private synchronized void endEnded() {
    work = new Work.None();
    killAfter = Instant.MAX;
    deleteToo = false;
    notifyAll();
  }

  synchronized Observation observe() {
    return switch (work) {
      case Work.Starting(var instance, var steps, _) ->
          new Observation.Preparing(instance, steps.soFar());
      case Work.Ending(var before) -> {
        var now = disk();
        yield now instanceof Observation.Absent ? before : now;
      }
      case Work.None _ -> failure.isPresent() ? failure.get() : disk();
    };
  }

  private Observation disk() {
    try {
      return remains.seen();
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The state of %s cannot be read: %s.".formatted(workspace, e.getMessage()),
          "See whether the disk of %s is well.".formatted(host.root()),
          e);
    }
  }

  private Problem problem(Throwable e) {
    return switch (e) {
      case Problem known -> known;
      case LinuxException refused when refused.errno() == LinuxException.ENOSPC -> full(e);
      case FileSystemException refused
          when String.valueOf(refused.getReason()).contains("No space left") ->
          full(e);
      case IOException _, UncheckedIOException _ ->
          new Problem.Unavailable(
              "The workspace's files or container could not be made: %s.".formatted(e.getMessage()),
              "Start it again; if it happens again, see the disk of %s.".formatted(host.root()),
              e);
      case OutOfMemoryError _ ->
          new Problem.Unavailable(
              "The server had not enough memory to start it.",
              "Look whether its repository, Dockerfile or image is unusually large.",
              e);
      default ->
          new Problem.Unavailable(
              "Berth made a mistake: %s.".formatted(e),
              "Report it with the log of this machine; starting again may help.",
              e);
    };
  }

  private Problem full(Throwable e) {
    return new Problem.Unavailable(
        "The disk of %s is full: %s.".formatted(host.root(), e.getMessage()),
        "Delete workspaces that nobody needs for good (berth delete --now), or"
            + " give it a larger disk.",
        e);
  }
}
