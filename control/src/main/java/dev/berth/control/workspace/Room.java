package dev.berth.control.workspace;

import dev.berth.base.Problem;
import dev.berth.protocol.Intent;
import java.util.List;

/** How much one owner may have: far more than a person uses; a runaway script meets it soon. */
final class Room {
  static final int WORKSPACES_MAX = 500;

  /** Each takes what its tasks made, and stays until it is deleted. */
  static final int PREBUILDS_MAX = 500;

  /** Each has the limits of its size; more would only take turns. */
  static final int PREBUILDS_ON_THEIR_WAY_MAX = 10;

  /**
   * Their files are all kept; whoever deletes more within two weeks is a script. What age deletes
   * is not counted out: there is nobody to be refused.
   */
  static final int DELETED_MAX = 500;

  private Room() {}

  /** Refuses another workspace where {@code all} of its owner are too many. */
  static void forWorkspace(List<Workspace> all) {
    if (all.size() - prebuilds(all) - deleted(all) < WORKSPACES_MAX) return;
    throw new Problem.Conflict(
        "You have %d workspaces already.".formatted(WORKSPACES_MAX),
        "Delete some that you no longer need: berth list.");
  }

  /** The same of one more that was deleted and can be had back. */
  static void forDeleted(List<Workspace> all) {
    if (deleted(all) < DELETED_MAX) return;
    throw new Problem.Conflict(
        "%d workspaces that you deleted are still kept.".formatted(DELETED_MAX),
        "Delete this one for good: berth delete --now.");
  }

  /** The same of another prebuild. */
  static void forPrebuild(List<Workspace> all) {
    long building =
        all.stream().filter(one -> one.plan().headless() && !PrebuildChoice.isOver(one)).count();
    if (building >= PREBUILDS_ON_THEIR_WAY_MAX) {
      throw new Problem.Conflict(
          "%d prebuilds are on their way already.".formatted(building),
          "Wait for one of them, or delete one: berth prebuilds.");
    }
    if (prebuilds(all) >= PREBUILDS_MAX) {
      throw new Problem.Conflict(
          "You have %d prebuilds already.".formatted(PREBUILDS_MAX),
          "Delete some that you no longer need: berth prebuilds.");
    }
  }

  private static long deleted(List<Workspace> all) {
    return all.stream().filter(one -> one.intent() instanceof Intent.Discard).count();
  }

  private static long prebuilds(List<Workspace> all) {
    return all.stream().filter(one -> one.plan().headless()).count();
  }
}
