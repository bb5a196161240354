package dev.berth.protocol.inside;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import java.util.List;
import java.util.Optional;

/**
 * How a trial of a working copy stands.
 *
 * @param stage how far it is
 * @param words the same for people
 * @param url where it is reached, once there is a workspace
 * @param told what its owner should know of it
 * @param ports those of its definition and those that are served, a line each, for people
 * @param log the end of what its tasks printed, where that was asked for
 */
public record TrialView(
    Stage stage,
    String words,
    Optional<String> url,
    @JsonUnwrapped ToldNotices told,
    List<TaskState> tasks,
    List<String> ports,
    Optional<String> log) {
  public TrialView {
    tasks = List.copyOf(tasks);
    ports = List.copyOf(ports);
  }

  /** How far a trial is. */
  public enum Stage {
    /** It is on its way. */
    STARTING,
    /** It runs, and its tasks are what {@code tasks} says. */
    RUNNING,
    /** It will not run, or does not any more. */
    ENDED
  }
}
