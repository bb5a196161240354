package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How long the workspace runs. */
final class Life {
  /** As the older command's extension. */
  private static final Duration EXTENDED = Duration.ofHours(3);

  private static final Duration LONGEST = Duration.ofHours(24);

  private Life() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of("stop", "Stop this workspace; its files stay", Life::stop),
        Verb.of("timeout show", "Show after how long without use it stops", Life::show),
        Verb.of("timeout set", "Say after how long without use it stops", Life::set)
            .taking(1, 1, "<duration>"),
        Verb.of("timeout extend", "Let it run three hours without use", Life::extend),
        Verb.of("snapshot", "Take a snapshot of the workspace", Life::snapshot));
  }

  private static int stop(Call call) {
    call.door().errand("stop");
    return 0;
  }

  private static int show(Call call) {
    var seconds = call.door().errand("readTimeout").number("seconds");
    call.say(
        seconds == 0
            ? "Workspace timeout is off: it does not stop by itself."
            : "Workspace timeout is set to %s"
                .formatted(Amounts.duration(Duration.ofSeconds(seconds))));
    return 0;
  }

  private static int set(Call call) {
    var duration = Amounts.duration(call.operand(0).orElseThrow());
    if (!duration.isPositive() || duration.compareTo(LONGEST) > 0) {
      throw new Problem.Invalid(
          "A timeout of %s cannot be set.".formatted(call.operand(0).orElseThrow()),
          "Choose one above 0 and up to 24h.");
    }
    set(call, duration);
    return 0;
  }

  private static int extend(Call call) {
    set(call, EXTENDED);
    return 0;
  }

  private static void set(Call call, Duration duration) {
    long seconds = Math.max(1, duration.toSeconds());
    call.door().errand("setTimeout", Map.of("seconds", seconds));
    call.say("Workspace timeout has been set to %s".formatted(Amounts.duration(duration)));
  }

  private static int snapshot(Call call) {
    throw new Problem.Unavailable(
        "This version of Berth takes no snapshots yet.",
        "Push your work, or keep the workspace: its files stay when it stops.");
  }
}
