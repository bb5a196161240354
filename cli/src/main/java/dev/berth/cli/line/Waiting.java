package dev.berth.cli.line;

import dev.berth.cli.api.Api;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.WorkspaceView;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Waits for a workspace and tells each step that is done on the way, on the error stream. */
public final class Waiting {
  private final Set<String> told = new HashSet<>();
  private Optional<WorkspaceView> last = Optional.empty();

  /**
   * Says what came of a start, which is waited for where {@code wait} says so.
   *
   * @return the command's exit code
   */
  public static int started(Api api, WorkspaceView asked, boolean wait, boolean json)
      throws InterruptedException {
    Optional<WorkspaceView> view = Optional.of(asked);
    if (wait) {
      if (!json) System.err.println(asked.id());
      view = new Waiting().run(api, asked.id(), json);
    }
    if (view.isEmpty()) {
      System.err.println("berth: The workspace was deleted meanwhile.");
      return 66;
    }
    System.out.println(
        json ? Words.json(view.get()) : wait ? Words.sentence(view.get()) : asked.id().value());
    return wait ? Words.exitCode(view) : 0;
  }

  /** Until it runs or cannot; what it was last. */
  public Optional<WorkspaceView> run(Api api, WorkspaceId id, boolean quiet)
      throws InterruptedException {
    api.follow(
        id,
        view -> {
          last = view;
          if (!quiet) view.ifPresent(this::tell);
        },
        phase ->
            switch (phase) {
              case Phase.Running _, Phase.Stopped _, Phase.Failed _ -> true;
              case Phase.Pending _, Phase.Starting _, Phase.Stopping _ -> false;
            });
    return last;
  }

  private void tell(WorkspaceView view) {
    for (var step : view.steps()) {
      if (step.ended().isPresent() && told.add(key(step))) {
        System.err.println("  " + Words.step(step));
      }
    }
  }

  private static String key(StartStep step) {
    return step.name() + step.began();
  }
}
