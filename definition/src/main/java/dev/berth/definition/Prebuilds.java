package dev.berth.definition;

import java.util.Optional;

/**
 * What a repository's host starts prebuilds for, and how it shows them (gitpod-classic 3.2, {@code
 * github.prebuilds}).
 *
 * @param defaultBranch pushes to it; {@code master} in the file
 * @param branches pushes to all others
 * @param forks pull requests from forks of it
 * @param check how a commit is marked
 * @param badge a badge in a pull request's text
 * @param comment a comment at a pull request
 * @param label put on a pull request whose prebuild is there; empty for none
 */
public record Prebuilds(
    boolean defaultBranch,
    boolean branches,
    boolean pullRequests,
    boolean forks,
    Check check,
    boolean badge,
    boolean comment,
    Optional<String> label) {

  /** Where nothing is said. */
  public static final Prebuilds USUAL =
      new Prebuilds(true, false, true, false, Check.ON, false, false, Optional.empty());

  /** {@code prebuilds: false}. */
  public static final Prebuilds NONE =
      new Prebuilds(false, false, false, false, Check.OFF, false, false, Optional.empty());

  /** How a commit is marked. */
  public enum Check {
    OFF,
    ON,
    /** A prebuild that failed keeps the commit from being merged. */
    PREVENTS_MERGE
  }
}
