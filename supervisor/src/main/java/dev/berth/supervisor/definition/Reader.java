package dev.berth.supervisor.definition;

import dev.berth.base.Problem;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.process.Descriptor;
import dev.berth.supervisor.process.Processes;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Has a definition read by the command inside: as the user, so that no link leads where he may not
 * read, and in a process of its own, so that no file takes the memory or the life of the first one.
 *
 * @param gp the command
 */
record Reader(Path gp, WorkspaceUser user, Processes processes) {
  /** It takes 0.3 s where the machine has time. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** A few hundred ports and a hundred findings. */
  private static final int OUTPUT_BYTES_MAX = 512 << 10;

  /** What the file at {@code path} of the repository says, where {@code before} held until now. */
  LiveDefinition read(String path, LiveDefinition.Held before) throws InterruptedException {
    var argv = List.of(gp.toString(), "definition", path);
    try (var piped = processes.startPiped(user.launch(argv, user.repository(), Map.of()))) {
      piped.input().close();
      var output = new ByteArrayOutputStream();
      var reading = Thread.ofVirtual().start(() -> keep(piped.output(), output));
      var errors =
          Thread.ofVirtual().start(() -> keep(piped.errors(), new ByteArrayOutputStream()));
      try {
        boolean ended = piped.child().await(LONGEST);
        if (!ended) piped.child().end(Duration.ZERO);
        piped.endWhenEmpty();
        reading.join();
        if (ended && piped.child().await() == 0) {
          return LiveJson.read(JsonText.read(output.toByteArray()), before);
        }
        throw new Problem.Unavailable(
            "The definition could not be read again.", "Look at gp validate.");
      } finally {
        reading.interrupt();
        errors.interrupt();
      }
    }
  }

  private static void keep(Descriptor from, ByteArrayOutputStream into) {
    var bytes = new byte[8192];
    try {
      for (int n; (n = from.read(bytes)) >= 0; ) {
        into.write(bytes, 0, Math.min(n, OUTPUT_BYTES_MAX - into.size()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
