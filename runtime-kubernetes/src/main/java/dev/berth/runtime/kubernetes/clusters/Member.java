package dev.berth.runtime.kubernetes.clusters;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One of several clusters.
 *
 * @param sizeOf the size of a workspace that runs there; empty where that is not known
 * @param sizes of workspaces that it takes; all where empty
 * @param weight how many it gets, in proportion to the others
 */
public record Member(
    String name,
    Driver driver,
    Function<WorkspaceId, Optional<String>> sizeOf,
    Set<String> sizes,
    State state,
    int weight) {
  /** What it takes. */
  public enum State {
    AVAILABLE,
    /** Nothing new; what runs stays. */
    CORDONED,
    /**
     * Nothing new; what runs ends, with its last save, and starts on another, where one that can be
     * asked takes it.
     */
    DRAINING
  }

  public Member {
    sizes = Set.copyOf(sizes);
    if (weight < 1) throw new IllegalArgumentException("a weight is at least 1, not " + weight);
  }

  boolean takes(String size) {
    return state == State.AVAILABLE && (sizes.isEmpty() || sizes.contains(size));
  }

  /** Whether it takes the workspace that runs on {@code other}. */
  boolean takesFrom(Member other, WorkspaceId workspace) {
    return state == State.AVAILABLE
        && (sizes.isEmpty() || other.sizeOf.apply(workspace).filter(sizes::contains).isPresent());
  }

  /**
   * Those that take a workspace of that size, in the order in which they are tried. By chance in
   * proportion to their weights, but always the same for one workspace, whose image a cluster's
   * nodes may still have.
   */
  static List<Member> candidates(List<Member> all, WorkspaceId workspace, String size) {
    return all.stream()
        .filter(member -> member.takes(size))
        .sorted(Comparator.comparingDouble(member -> member.rank(workspace)))
        .toList();
  }

  /** An exponential sample each: the least of them is each one's with its weight's share. */
  private double rank(WorkspaceId workspace) {
    var digest = digest(workspace + "/" + name);
    double chance = ((ByteBuffer.wrap(digest).getLong() >>> 11) + 1) * 0x1.0p-53;
    return -Math.log(chance) / weight;
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
