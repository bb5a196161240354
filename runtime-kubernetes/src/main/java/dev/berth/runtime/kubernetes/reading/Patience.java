package dev.berth.runtime.kubernetes.reading;

import java.time.Duration;

/**
 * How long what stands still in a start may stand still before it has failed.
 *
 * @param scheduling without a node that has room
 * @param scaleUp the same after an autoscaler said that it makes one; its own limit is 15 min
 * @param pulling while a registry cannot be reached; a pull that goes on is never given up, and one
 *     that a registry refuses is at once
 * @param preparing while mounts and other preparations of the node fail
 * @param lost from the time by which a pod should have ended to taking its node for lost
 * @param unreachable from when the cluster took a pod's node for unreachable, which is some 45 s
 *     after its last word, to doing without the pod
 */
public record Patience(
    Duration scheduling,
    Duration scaleUp,
    Duration pulling,
    Duration preparing,
    Duration lost,
    Duration unreachable) {
  /** Seven minutes for a node as in gitpod-classic 2.3. */
  public static final Patience DEFAULT =
      new Patience(
          Duration.ofMinutes(7),
          Duration.ofMinutes(15),
          Duration.ofMinutes(5),
          Duration.ofMinutes(3),
          Duration.ofSeconds(60),
          Duration.ofSeconds(15));

  private static final Duration FOREVER = Duration.ofDays(365);

  /** The same where an unreachable node is waited for however long it takes. */
  public Patience withoutAnotherNode() {
    return new Patience(scheduling, scaleUp, pulling, preparing, lost, FOREVER);
  }

  /** The same where a pod is never given up because of its node: it works without it. */
  public Patience withoutItsNode() {
    return new Patience(scheduling, scaleUp, pulling, preparing, FOREVER, FOREVER);
  }
}
