package dev.berth.protocol.inside;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How /workspace is filled where no earlier instance filled it.
 *
 * @param cloneUrl what git clones
 * @param checkout what is checked out: a branch (then tracked), or else the commit, detached
 * @param commit the full hash that the context meant when it was opened; empty for an empty
 *     repository
 * @param ref the full ref that the commit was found at, to fetch where the server does not hand out
 *     single commits: {@code refs/heads/main}, {@code refs/pull/7/head}; empty for a bare commit
 * @param location where the clone lies, relative to /workspace; parsed: no "..", not absolute
 * @param gitConfig set for the user; what says how to reach a server only after the clone
 * @param beside other repositories, cloned after it; one that does not come is told and no failure
 * @param withheld names of the plan's variables that git does not get at the clone, since it is not
 *     the workspace's owner who sets them
 */
public record ContentPlan(
    String cloneUrl,
    Optional<String> checkout,
    Optional<String> commit,
    Optional<String> ref,
    String location,
    Map<String, String> gitConfig,
    List<ContentPlan> beside,
    Set<String> withheld) {
  public ContentPlan {
    gitConfig = Map.copyOf(gitConfig);
    beside = List.copyOf(beside);
    withheld = Set.copyOf(withheld);
  }

  /** One repository alone. */
  public ContentPlan(
      String cloneUrl,
      Optional<String> checkout,
      Optional<String> commit,
      Optional<String> ref,
      String location,
      Map<String, String> gitConfig) {
    this(cloneUrl, checkout, commit, ref, location, gitConfig, List.of(), Set.of());
  }

  /** The same with others beside it. */
  public ContentPlan with(List<ContentPlan> beside) {
    return new ContentPlan(cloneUrl, checkout, commit, ref, location, gitConfig, beside, withheld);
  }

  /** The same, at whose clone git does not get the variables of these names. */
  public ContentPlan without(Set<String> variables) {
    return new ContentPlan(cloneUrl, checkout, commit, ref, location, gitConfig, beside, variables);
  }
}
