package dev.berth.control.reconcile;

import dev.berth.base.Problem;
import dev.berth.protocol.Notice;
import dev.berth.protocol.Port;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.PortPlan;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a status to what a supervisor of ours says at most. Its user is root in the instance and can
 * say anything in its place, and what is said is stored, and shown to people.
 */
final class StatusBounds {
  /** A start has about ten. */
  private static final int STEPS = 32;

  private static final int TASKS = 64;

  /** What the list of ports shows, too. */
  private static final int PORTS = 1000;

  private static final int NOTICES = 100;

  /** Characters of a name. */
  private static final int NAME = 100;

  /** Characters of a sentence or two. */
  private static final int SENTENCE = 1000;

  /** Before there was Berth; what is calculated with such a time is a number that fits. */
  private static final Instant EARLIEST = Instant.parse("2020-01-01T00:00:00Z");

  private StatusBounds() {}

  /**
   * The part of {@code said} within the bounds; {@link Problem.Invalid} where a part is missing.
   *
   * @param now after which nothing was
   */
  static InstanceStatus within(InstanceStatus said, Instant now) {
    return new InstanceStatus(
        content(there(said.content())),
        first(STEPS, said.steps(), step -> step(step, now)),
        first(TASKS, said.tasks(), StatusBounds::task),
        first(PORTS, said.ports(), port -> port),
        said.editor().map(StatusBounds::editor),
        said.lastInput().map(at -> time(at, EARLIEST, now)),
        said.lastOutput().map(at -> time(at, EARLIEST, now)),
        first(
            NOTICES,
            said.notices(),
            notice -> new Notice(notice.kind(), cut(notice.text(), SENTENCE))),
        definition(said.definition()));
  }

  private static LiveDefinition definition(LiveDefinition said) {
    return switch (said) {
      case LiveDefinition.Held held -> held(held);
      case LiveDefinition.Unreadable(var file, var before, var findings) ->
          new LiveDefinition.Unreadable(cut(file, NAME), held(there(before)), found(findings));
    };
  }

  private static LiveDefinition.Held held(LiveDefinition.Held said) {
    return switch (said) {
      case LiveDefinition.NotRead _, LiveDefinition.AsOpened _ -> said;
      case LiveDefinition.Changed(var file, var ports, var findings) ->
          new LiveDefinition.Changed(
              cut(file, NAME), first(PORTS, ports, StatusBounds::plan), found(findings));
    };
  }

  private static List<LiveDefinition.Found> found(List<LiveDefinition.Found> said) {
    return first(NOTICES, said, StatusBounds::found);
  }

  private static PortPlan plan(PortPlan said) {
    return new PortPlan(
        said.first(),
        said.last(),
        there(said.onOpen()),
        there(said.visibility()),
        said.https(),
        said.name().map(name -> cut(name, NAME)),
        said.description().map(text -> cut(text, SENTENCE)));
  }

  private static LiveDefinition.Found found(LiveDefinition.Found said) {
    return new LiveDefinition.Found(
        there(said.severity()),
        Math.max(1, said.line()),
        Math.max(1, said.column()),
        cut(said.what(), SENTENCE),
        cut(said.remedy(), SENTENCE));
  }

  private static ContentState content(ContentState said) {
    return switch (said) {
      case ContentState.Preparing _, ContentState.Ready _ -> said;
      case ContentState.Failed(var what, var remedy) ->
          new ContentState.Failed(cut(what, SENTENCE), cut(remedy, SENTENCE));
    };
  }

  private static EditorState editor(EditorState said) {
    return switch (said) {
      case EditorState.Starting _ -> said;
      case EditorState.Ready(var port) -> {
        if (port == Port.IDE) yield said; // any other may be a port that its owner keeps private
        throw new Problem.Invalid(
            "The editor is said to listen on %d.".formatted(port), "Look at the supervisor's log.");
      }
      case EditorState.Failed(var what, var remedy) ->
          new EditorState.Failed(cut(what, SENTENCE), cut(remedy, SENTENCE));
    };
  }

  private static StartStep step(StartStep said, Instant now) {
    var began = time(there(said.began()), EARLIEST, now);
    return new StartStep(
        cut(said.name(), NAME),
        began,
        said.ended().map(at -> time(at, began, now)),
        cut(said.detail(), SENTENCE));
  }

  private static Instant time(Instant said, Instant earliest, Instant latest) {
    if (said.isAfter(latest)) return latest;
    return said.isBefore(earliest) ? earliest : said;
  }

  private static TaskState task(TaskState said) {
    return new TaskState(
        said.index(),
        cut(said.name(), NAME),
        cut(said.terminal(), NAME),
        said.running(),
        said.exitCode());
  }

  private static <T> List<T> first(int most, List<T> all, UnaryOperator<T> each) {
    return all.stream().limit(most).map(each).toList();
  }

  private static String cut(@Nullable String text, int most) {
    var whole = there(text);
    var kept = whole.length() <= most ? whole : whole.substring(0, most);
    return kept.replaceAll("\\p{C}", " "); // controls, marks that turn text round, half letters
  }

  private static <T> T there(@Nullable T part) {
    if (part != null) return part;
    throw new Problem.Invalid("The status lacks a part.", "Look at the supervisor's log.");
  }
}
