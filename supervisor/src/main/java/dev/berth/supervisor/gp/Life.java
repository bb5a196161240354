package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** How long the workspace runs. */
final class Life {
  /** As the older command's extension. */
  private static final Duration EXTENDED = Duration.ofHours(3);

  /** As the older command waited. */
  private static final Duration LONGEST_SAVE = Duration.ofMinutes(30);

  /** Each look waits a second for the save by itself. */
  private static final Duration SAVE_LOOKS = Duration.ofMillis(250);

  private static final Duration LONGEST = Duration.ofHours(24);

  private Life() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of("stop", "Stop this workspace; its files stay", Life::stop),
        Verb.of("timeout show", "Show after how long without use it stops", Life::show),
        Verb.of("timeout set", "Say after how long without use it stops", Life::set)
            .taking(1, 1, "<duration>"),
        Verb.of("timeout extend", "Let it run three hours without use", Life::extend),
        Verb.of(
            "snapshot", "Take a snapshot of the workspace and print its address", Life::snapshot));
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

  /** Prints where a workspace with the files as they are now is opened. */
  private static int snapshot(Call call) throws InterruptedException {
    var ticket = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    long until = System.nanoTime() + LONGEST_SAVE.toNanos();
    while (System.nanoTime() < until) {
      var url = call.door().errand("takeSnapshot", Map.of("ticket", ticket)).optionalText("url");
      if (url.isPresent()) {
        call.say(url.get());
        return 0;
      }
      Thread.sleep(SAVE_LOOKS);
    }
    throw new Problem.Unavailable(
        "The files were not saved within %d min.".formatted(LONGEST_SAVE.toMinutes()),
        "Try again; the workspace's page in the dashboard says why saves fail.");
  }
}
