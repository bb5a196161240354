package dev.berth.protocol.inside;

import java.util.Map;
import java.util.Optional;

/**
 * What the gateway asks a supervisor to run for a session channel of an SSH client: the first
 * {@link SessionFrame} of {@code /_supervisor/v1/ssh/session}.
 *
 * @param env what the client asks for; names that the workspace sets itself are left out
 */
public record SessionStart(What what, Map<String, String> env, Optional<Tty> tty) {
  public SessionStart {
    env = Map.copyOf(env);
  }

  /** What to run. */
  public sealed interface What {
    /** A login shell. */
    record Shell() implements What {}

    /** A command line, which the user's shell reads. */
    record Exec(String command) implements What {}

    /** A server of the SSH file transfer protocol. */
    record Sftp() implements What {}
  }

  /** A terminal; a client without a screen says 0 columns and rows. */
  public record Tty(String term, int cols, int rows) {}
}
