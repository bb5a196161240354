package dev.berth.protocol.inside;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.protocol.Notice;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.ToldNotices;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a supervisor says of its instance when it is asked: {@code GET /_supervisor/v1/status}.
 *
 * @param content how far the files are
 * @param steps its part of the start, for the start page
 * @param tasks one for each task plan, in that order
 * @param ports what listens now
 * @param editor how far the browser editor is; empty where the instance has none
 * @param lastInput when somebody last typed into a terminal
 * @param lastOutput when a task or a terminal last printed something
 * @param told what the user should know of the instance
 * @param definition what came of the last look at the definition's file
 */
public record InstanceStatus(
    ContentState content,
    List<StartStep> steps,
    List<TaskState> tasks,
    List<ServedPort> ports,
    Optional<EditorState> editor,
    Optional<Instant> lastInput,
    Optional<Instant> lastOutput,
    @JsonUnwrapped ToldNotices told,
    LiveDefinition definition) {

  public InstanceStatus {
    steps = List.copyOf(steps);
    tasks = List.copyOf(tasks);
    ports = List.copyOf(ports);
    // Of supervisors of before, which said nothing of a file that is as it was.
    definition = definition == null ? new LiveDefinition.AsOpened() : definition;
  }

  public InstanceStatus(
      ContentState content,
      List<StartStep> steps,
      List<TaskState> tasks,
      List<ServedPort> ports,
      Optional<EditorState> editor,
      Optional<Instant> lastInput,
      Optional<Instant> lastOutput,
      List<Notice> notices,
      LiveDefinition definition) {
    this(
        content,
        steps,
        tasks,
        ports,
        editor,
        lastInput,
        lastOutput,
        ToldNotices.of(notices),
        definition);
  }

  /** Of an instance whose definition is as it was. */
  public InstanceStatus(
      ContentState content,
      List<StartStep> steps,
      List<TaskState> tasks,
      List<ServedPort> ports,
      Optional<EditorState> editor,
      Optional<Instant> lastInput,
      Optional<Instant> lastOutput,
      List<Notice> notices) {
    this(
        content,
        steps,
        tasks,
        ports,
        editor,
        lastInput,
        lastOutput,
        notices,
        new LiveDefinition.AsOpened());
  }

  /** What the user should know of the instance. */
  public List<Notice> notices() {
    return told.all();
  }

  /** How far the files are. */
  public sealed interface ContentState {
    /** They are being made. */
    record Preparing() implements ContentState {}

    /**
     * They are there, and terminals can be opened.
     *
     * @param restart whether an earlier instance made them
     */
    record Ready(boolean restart) implements ContentState {}

    /** They cannot be made; the supervisor stays, so that one can look. */
    record Failed(String what, String remedy) implements ContentState {}
  }

  /** How far the browser editor is. */
  public sealed interface EditorState {
    /** It is awaited, or on its way. */
    record Starting() implements EditorState {}

    /** It serves at {@code port} of the instance. */
    record Ready(int port) implements EditorState {}

    /** It does not serve; the supervisor tries again where that can help. */
    record Failed(String what, String remedy) implements EditorState {}
  }

  /**
   * A task's terminal.
   *
   * @param terminal the terminal's id
   * @param exitCode of the task's command line, once it ended
   */
  public record TaskState(
      int index, String name, String terminal, boolean running, Optional<Integer> exitCode) {}

  /**
   * A port that something of the user's listens on.
   *
   * @param loopbackOnly whether it listens on 127.0.0.1 or ::1 only, so that only the supervisor
   *     can reach it
   */
  public record ServedPort(int port, boolean loopbackOnly) {}
}
