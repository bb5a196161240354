package dev.berth.cli.line;

import dev.berth.base.json.Json;
import dev.berth.base.text.Quoted;
import dev.berth.base.text.TerminalText;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Notice;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.WorkspaceView;
import java.io.Console;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Says in words, or in JSON, how workspaces stand. */
public final class Words {
  /** Of one line; the dashboard cuts there, too. */
  private static final int NOTE_CHARS = 1000;

  private record Summary(WorkspaceId id, String url, Phase phase) {}

  private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private Words() {}

  /** What a program printed; colours are for a terminal, a file has no use for them. */
  public static String readable(String text) {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
        ? TerminalText.settled(text)
        : TerminalText.plain(text);
  }

  /** One line of JSON for `open` and `start`. */
  public static String json(WorkspaceView view) {
    return Json.write(new Summary(view.id(), view.url(), view.phase()));
  }

  /** One word. */
  public static String state(Phase phase) {
    return phase.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** One sentence; of one that was asked a moment ago, what it is about to do. */
  public static String sentence(WorkspaceView view) {
    if (view.intent() instanceof Intent.Discard(_, var why)) return why;
    return switch (view.phase()) {
      case Phase.Pending _, Phase.Starting _, Phase.Running _
          when view.intent() instanceof Intent.Stop(var why) ->
          "Stopping: " + why;
      case Phase.Stopped _ when view.intent() instanceof Intent.Run -> "Starting.";
      case Phase.Pending _ -> "Waiting.";
      case Phase.Starting(_, var steps) -> steps.isEmpty() ? "Starting." : step(steps.getLast());
      case Phase.Running _ -> "Running at " + view.url() + "/";
      case Phase.Stopping(_, var why) -> "Stopping: " + why;
      case Phase.Stopped(_, var why) -> "Stopped: " + why;
      case Phase.Failed(_, var what, var remedy) -> what + " " + remedy;
    };
  }

  /**
   * What its owner should know of a workspace, a line each, as the dashboard shows it: what the
   * definition has wrong, then what else there is, as grave as it is. Some of it is said inside.
   */
  public static List<String> ofNote(WorkspaceView view) {
    var findings = view.findings().stream().map(WorkspaceView.FindingView::words);
    var notices = view.notices().stream().map(Notice::line);
    return Stream.concat(findings, notices)
        .map(line -> Quoted.printable(line, NOTE_CHARS))
        .toList();
  }

  /** A step with how long it took or takes. */
  static String step(StartStep step) {
    var end = step.ended();
    var took = Duration.between(step.began(), end.orElseGet(Instant::now)).toMillis();
    return "%-10s %s %s"
        .formatted(
            step.name(),
            end.isPresent() ? "%5.2f s".formatted(took / 1000.0) : "...    ",
            step.detail());
  }

  /** How long ago, in the largest unit that says enough. */
  public static String age(Instant then) {
    var past = Duration.between(then, Instant.now());
    if (past.toDays() > 0) return past.toDays() + " d";
    if (past.toHours() > 0) return past.toHours() + " h";
    if (past.toMinutes() > 0) return past.toMinutes() + " min";
    return Math.max(0, past.toSeconds()) + " s";
  }

  /** A time of day in this machine's zone: 2026-12-06 14:05. */
  public static String moment(Instant at) {
    return MOMENT.format(at.atZone(ZoneId.systemDefault()));
  }

  /** With two digits or three: 1.2 GB. */
  public static String size(long bytes) {
    if (bytes < 1000) return bytes + " B";
    double shown = bytes;
    for (var unit : List.of("kB", "MB", "GB")) {
      shown /= 1000;
      if (shown < 999.5) {
        return String.format(Locale.ROOT, shown < 9.95 ? "%.1f %s" : "%.0f %s", shown, unit);
      }
    }
    return String.format(Locale.ROOT, "%.1f TB", shown / 1000);
  }

  /** The id that an argument is. */
  public static WorkspaceId id(String argument) {
    return WorkspaceId.parse(argument).orElseGet(() -> new WorkspaceId(argument));
  }

  /** What a run that was waited for ended with: 0 where it runs. */
  public static int exitCode(Optional<WorkspaceView> view) {
    return view.map(WorkspaceView::phase).filter(Phase.Running.class::isInstance).isPresent()
        ? 0
        : 69;
  }
}
