package dev.berth.definition;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands of a devcontainer.json by the moment at which they run. More than one of a moment
 * come of an image's metadata; the file's own is the last.
 *
 * @param entrypoints lines that an image's features want run as root when the container starts,
 *     before all others; stored ones of earlier days have none
 * @param onCreate once, when the container is made; a part of a prebuild
 * @param updateContent after it, when the files are new; a part of a prebuild
 * @param postCreate once, when somebody got the workspace
 * @param postStart at each start
 * @param postAttach at each start here, after postStart
 * @param waitFor the last moment that a tool waits for before it connects
 */
public record Lifecycle(
    List<String> entrypoints,
    List<Run> onCreate,
    List<Run> updateContent,
    List<Run> postCreate,
    List<Run> postStart,
    List<Run> postAttach,
    Moment waitFor) {

  /** Where there are none. */
  public static final Lifecycle NONE =
      new Lifecycle(
          List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Moment.UPDATE_CONTENT);

  public Lifecycle {
    entrypoints = entrypoints == null ? List.of() : List.copyOf(entrypoints);
    onCreate = List.copyOf(onCreate);
    updateContent = List.copyOf(updateContent);
    postCreate = List.copyOf(postCreate);
    postStart = List.copyOf(postStart);
    postAttach = List.copyOf(postAttach);
  }

  /** When a command runs. */
  public enum Moment {
    INITIALIZE,
    ON_CREATE,
    UPDATE_CONTENT,
    POST_CREATE,
    POST_START
  }

  /** A command, in one of the three forms of the file. */
  public sealed interface Run {
    /** A line for a shell. */
    record Shell(String line) implements Run {}

    /** A program and its arguments, without a shell. */
    record Program(List<String> argv) implements Run {
      public Program {
        argv = List.copyOf(argv);
      }
    }

    /** Several at the same time, by name; each is one of the other two. */
    record AtOnce(Map<String, Run> runs) implements Run {
      public AtOnce {
        runs = Collections.unmodifiableMap(new LinkedHashMap<>(runs));
      }
    }
  }
}
