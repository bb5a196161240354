package dev.berth.cli.definition;

import dev.berth.base.Problem;
import dev.berth.base.process.AtEnd;
import dev.berth.base.text.Quoted;
import dev.berth.cli.api.Api;
import dev.berth.cli.api.WorkspaceDoor;
import dev.berth.cli.line.Waiting;
import dev.berth.cli.line.Words;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.OwnerToken;
import dev.berth.protocol.api.WorkspaceView;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens what is to be tried as any workspace is opened, shows what its tasks print until they have
 * ended or the time is over, and deletes it in the end, also when the command is interrupted;
 * {@code kill -9} leaves it.
 */
final class Trial implements AutoCloseable {
  private static final int FAILED = 1;
  private static final Duration LOOKS = Duration.ofMillis(500);

  /** From the end of a task to the last of what it printed. */
  private static final Duration LAST_WORDS = Duration.ofMillis(700);

  /** A gateway that starts anew is back by then. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  /** For the answer of a server that is asked to open it while the command is interrupted. */
  private static final Duration OPENING = Duration.ofSeconds(20);

  private final Api api;
  private final CompletableFuture<WorkspaceView> asked = new CompletableFuture<>();
  private final AtEnd atEnd;

  private Trial(Api api) {
    this.api = api;
    this.atEnd = AtEnd.of(this::delete);
  }

  static Trial open(Api api, String contextUrl, Optional<String> file) throws InterruptedException {
    var trial = new Trial(api);
    try {
      trial.asked.complete(api.open(contextUrl, file));
      return trial;
    } catch (RuntimeException | InterruptedException e) {
      trial.asked.completeExceptionally(e);
      trial.close();
      throw e;
    }
  }

  /** The exit code: 0 where it started and no task failed. */
  int run(Duration longest) throws InterruptedException {
    var opened = asked.resultNow();
    System.err.println("Trying it as " + opened.id());
    opened.notices().forEach(notice -> System.err.println(notice.line()));
    var view = new Waiting().run(api, opened.id(), false);
    if (view.isEmpty() || !(view.get().phase() instanceof Phase.Running)) {
      view.map(Words::sentence).ifPresent(System.err::println);
      System.err.print(Words.readable(api.logs(opened.id())));
      return Words.exitCode(view);
    }
    System.err.println(Words.sentence(view.get()) + " (Ctrl-C ends the trial)");
    return judged(follow(api.token(opened.id()), longest));
  }

  /** How it stood when its tasks had ended, or the time was over. */
  private InstanceStatus follow(OwnerToken token, Duration longest) throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    try (var door = WorkspaceDoor.of(api.server(), token);
        var screens = new TaskScreens(door)) {
      while (true) {
        var status = status(door);
        screens.show(status.tasks());
        boolean runs = status.tasks().stream().anyMatch(TaskState::running);
        if (!runs || System.nanoTime() > until) {
          Thread.sleep(LAST_WORDS);
          return status;
        }
        Thread.sleep(LOOKS);
      }
    }
  }

  /** A single question that fails does not end a trial. */
  private static InstanceStatus status(WorkspaceDoor door) throws InterruptedException {
    long until = System.nanoTime() + SILENCE.toNanos();
    while (true) {
      try {
        return door.status();
      } catch (Problem.Unavailable e) {
        if (System.nanoTime() > until) throw e;
        Thread.sleep(LOOKS);
      }
    }
  }

  private int judged(InstanceStatus status) throws InterruptedException {
    System.out.println();
    var failed = new ArrayList<String>();
    for (var task : status.tasks()) {
      var code = task.exitCode();
      System.out.printf(
          "Task %s: %s%n",
          Quoted.printable(task.name()),
          task.running() ? "runs" : code.map(n -> "ended with " + n).orElse("ended"));
      if (code.filter(n -> n != 0).isPresent()) failed.add(task.name());
    }
    for (var port : api.find(asked.resultNow().id()).ports()) {
      System.out.printf(
          "Port %d%s: %s%n",
          port.port(),
          port.name().map(name -> " (" + Quoted.printable(name) + ")").orElse(""),
          port.served() ? "served, " + port.visibility() : "nothing listens");
    }
    System.out.println(
        failed.isEmpty() ? "It starts." : "It starts, but not all that it runs ends well.");
    return failed.isEmpty() ? 0 : FAILED;
  }

  private void delete() {
    try {
      delete(asked.get(OPENING.toSeconds(), TimeUnit.SECONDS).id());
    } catch (ExecutionException _) {
      // None was opened.
    } catch (TimeoutException _) {
      System.err.println(
          "berth: It is not known yet whether a workspace was made for the trial; `berth list` shows it.");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void delete(WorkspaceId id) throws InterruptedException {
    try {
      api.deleteNow(id);
      api.follow(id, _ -> {}, _ -> false);
    } catch (Problem e) {
      System.err.println("berth: The trial %s is still there: %s".formatted(id, e.words()));
    }
  }

  @Override
  public void close() {
    atEnd.close();
  }
}
