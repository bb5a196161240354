package dev.berth.supervisor.ide;

import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.process.Processes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A few lines of shell as the workspace's user. */
final class UserScript {
  /** They write a small file; what takes longer hangs in the home's file system. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private UserScript() {}

  /** Whether it ended well. */
  static boolean run(
      Processes processes, WorkspaceUser user, String script, List<String> arguments, String input)
      throws InterruptedException {
    var argv = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
    argv.addAll(arguments);
    var home = Path.of(user.env().getOrDefault("HOME", "/"));
    try (var piped = processes.startPiped(user.launch(argv, home, Map.of()))) {
      var bytes = input.getBytes(StandardCharsets.UTF_8);
      piped.input().write(bytes, 0, bytes.length, LONGEST);
      piped.input().close();
      if (piped.child().await(LONGEST)) return piped.child().await() == 0;
      piped.child().end(Duration.ZERO);
      return false;
    }
  }
}
