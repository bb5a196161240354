package dev.berth.protocol.inside;

import java.util.Map;
import java.util.Optional;

/**
 * One terminal to open and what is typed into it (gitpod-classic 3.3, 7.4).
 *
 * @param name shown on its tab; "Gitpod Task N" where empty
 * @param before run at each start, first
 * @param init run at a fresh start, or in a prebuild
 * @param prebuild run in a prebuild only, behind init
 * @param created run at the first start that somebody gets, whether a prebuild was there or not
 * @param command run at each start, last
 * @param env set in this terminal only
 * @param openIn where an editor shows it: bottom, main, left or right
 * @param openMode how it stands to the one before it: tab-before, tab-after, split-left,
 *     split-right, split-top or split-bottom
 */
public record TaskPlan(
    Optional<String> name,
    Optional<String> before,
    Optional<String> init,
    Optional<String> prebuild,
    Optional<String> created,
    Optional<String> command,
    Map<String, String> env,
    Optional<String> openIn,
    Optional<String> openMode) {
  public TaskPlan {
    env = Map.copyOf(env);
  }

  /** One that says nothing of prebuilds and of where it is shown. */
  public TaskPlan(
      Optional<String> name,
      Optional<String> before,
      Optional<String> init,
      Optional<String> command,
      Map<String, String> env) {
    this(
        name,
        before,
        init,
        Optional.empty(),
        Optional.empty(),
        command,
        env,
        Optional.empty(),
        Optional.empty());
  }
}
