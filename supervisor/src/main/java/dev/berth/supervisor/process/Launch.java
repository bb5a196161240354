package dev.berth.supervisor.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A process to start, in a session of its own.
 *
 * @param argv the program, by its path or by a name that is looked for in env's PATH, and its
 *     arguments
 * @param env all of its environment
 * @param as whose process it is; empty for the supervisor's own user
 * @param nice 0 for as urgent as any, 19 for the last
 */
public record Launch(
    List<String> argv, Map<String, String> env, Path workdir, Optional<Identity> as, int nice) {
  public Launch {
    argv = List.copyOf(argv);
    env = Map.copyOf(env);
  }
}
