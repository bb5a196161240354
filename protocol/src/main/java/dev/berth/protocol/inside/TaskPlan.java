package dev.berth.protocol.inside;

import java.util.Map;
import java.util.Optional;

/**
 * One terminal to open and what is typed into it (gitpod-classic 3.3, 7.4).
 *
 * @param name shown on its tab; "Gitpod Task N" where empty
 * @param before run at each start, first
 * @param init run at a fresh start only
 * @param command run at each start, last
 * @param env set in this terminal only
 */
public record TaskPlan(
    Optional<String> name,
    Optional<String> before,
    Optional<String> init,
    Optional<String> command,
    Map<String, String> env) {
  public TaskPlan {
    env = Map.copyOf(env);
  }
}
