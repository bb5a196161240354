package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.cli.api.Api;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.PrebuildView;
import dev.berth.protocol.api.WorkspaceView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Stops all workspaces and the server. */
@Command(
    name = "down",
    description =
        "Stops all workspaces, with their files kept, and prebuilds under way, then Berth itself.",
    mixinStandardHelpOptions = true)
final class Down implements Callable<Integer> {
  /** A stop has 30 s of grace; a slow disk may need as long again. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @Override
  public Integer call() throws Exception {
    var home = Home.find();
    if (home.server().isPresent()) {
      stopAll(home);
      var server = home.server().map(Home.Server::pid).flatMap(ProcessHandle::of);
      server.ifPresent(ProcessHandle::destroy);
      if (server.isPresent()) server.get().onExit().get();
    } else {
      // A server that was killed left its workspaces running: they are stopped by the same loop.
      // Nobody needs the port, which may be another installation's.
      try (var _ = Installation.open(home, Optional.of(0), _ -> {})) {
        stopAll(home);
      }
    }
    System.out.println("Berth is down.");
    return 0;
  }

  private static void stopAll(Home home) throws InterruptedException {
    try (var api = Api.connect(home)) {
      for (var view : api.list().workspaces()) {
        if (view.intent() instanceof Intent.Run) api.stop(view.id());
      }
      for (var view : api.prebuilds().prebuilds()) if (!view.state().isLast()) api.stop(view.id());
      long end = System.nanoTime() + LONGEST.toNanos();
      for (var left = moving(api); !left.isEmpty(); left = moving(api)) {
        if (System.nanoTime() > end) {
          throw new Problem.Unavailable(
              "%d workspaces did not stop within %d s: %s."
                  .formatted(left.size(), LONGEST.toSeconds(), left),
              "Look at the server's log and run `berth down` again.");
        }
        System.err.println("stopping " + left.size() + " ...");
        Thread.sleep(200);
      }
    }
  }

  private static List<WorkspaceId> moving(Api api) throws InterruptedException {
    var workspaces =
        api.list().workspaces().stream()
            .filter(view ->
                switch (view.phase()) {
                  case Phase.Pending _, Phase.Starting _, Phase.Running _, Phase.Stopping _ -> true;
                  case Phase.Stopped _, Phase.Failed _ -> false;
                })
            .map(WorkspaceView::id);
    var prebuilds =
        api.prebuilds().prebuilds().stream()
            .filter(view -> !view.state().isLast())
            .map(PrebuildView::id);
    return Stream.concat(workspaces, prebuilds).toList();
  }
}
