package dev.berth.protocol.inside;

import java.util.Map;
import java.util.Optional;

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
 * @param gitConfig set at the clone
 */
public record ContentPlan(
    String cloneUrl,
    Optional<String> checkout,
    Optional<String> commit,
    Optional<String> ref,
    String location,
    Map<String, String> gitConfig) {
  public ContentPlan {
    gitConfig = Map.copyOf(gitConfig);
  }
}
