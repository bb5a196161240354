package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tasks that wait for each other by files with names that both know. */
final class Meeting {
  private static final long PERIOD_MILLIS = 250;

  private Meeting() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of("sync-await", "Wait until sync-done says this name", Meeting::await)
            .taking(1, 1, "<name>"),
        Verb.of("sync-done", "Let those go on who wait for this name", Meeting::done)
            .taking(1, 1, "<name>"));
  }

  private static Path file(Call call) {
    var name = call.operand(0).orElseThrow();
    if (!name.matches("[^/\\p{Cntrl}]{1,200}")) {
      throw new Problem.Invalid(
          "That is no name to wait for.",
          "Use letters and digits, for example gp sync-done build.");
    }
    return Path.of("/tmp/gp-" + name + ".done");
  }

  private static int await(Call call) throws InterruptedException {
    var file = file(call);
    while (!Files.exists(file)) Thread.sleep(PERIOD_MILLIS);
    return 0;
  }

  private static int done(Call call) {
    var file = file(call);
    try {
      Files.write(file, new byte[0]);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The file %s cannot be written: %s.".formatted(file, e), "Free space in /tmp.", e);
    }
    return 0;
  }
}
