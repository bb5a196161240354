package dev.berth.runtime.kubernetes.reading;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;

/**
 * Decides what ends a pod by a time. Kubernetes asks its processes and kills them after a grace, so
 * that nobody of ours must be there when that is over. It is told once: a kubelet that has begun to
 * wait cannot be hurried (seen with 1.36), so that it is never told to wait longer than a
 * supervisor that is well needs to end its processes.
 */
public sealed interface Ending {
  /** It ends as it is. */
  record Leave() implements Ending {}

  /** Ask it to end within so many seconds. */
  record Ask(long graceSeconds) implements Ending {}

  /** Its processes did not end in their time: let what there is be saved before the kill. */
  record Save(String address) implements Ending {}

  /** Its node is lost: forget the pod, whatever became of it. */
  record Forget() implements Ending {}

  /** The shortest grace in which Kubernetes still waits until the processes are gone. */
  long KILL_SECONDS = 1;

  /**
   * What is to be done now.
   *
   * @param saveGrace what its content container has after the user's processes
   */
  static Ending of(Pod pod, Instant killAfter, Duration saveGrace, Patience patience, Instant now) {
    var facts = new PodFacts(pod);
    if (facts.isLost(patience, now)) return new Forget();
    boolean runs = facts.mainRunsSince().isPresent();
    if (facts.endsBy().isPresent()) {
      boolean due = !now.isBefore(facts.endsBy().get().minus(saveGrace));
      return due && runs && facts.hasContent() && facts.address().isPresent()
          ? new Save(facts.address().get())
          : new Leave();
    }
    boolean saves = facts.hasContent() && (runs || facts.mainEnded().isPresent());
    long save = saves ? saveGrace.toSeconds() : 0;
    long most = facts.graceSeconds() - save;
    long left = runs ? Math.min(most, seconds(Duration.between(now, killAfter))) : 0;
    return new Ask(Math.max(KILL_SECONDS, left) + save);
  }

  /** The same where nothing of it is to be kept. */
  static Ending atOnce(Pod pod, Patience patience, Instant now) {
    var facts = new PodFacts(pod);
    if (facts.isLost(patience, now)) return new Forget();
    return facts.endsBy().isPresent() ? new Leave() : new Ask(KILL_SECONDS);
  }

  /** Rounded up: a part of a second is not cut off what was promised. */
  private static long seconds(Duration time) {
    return time.isNegative() ? 0 : time.plusMillis(999).toSeconds();
  }
}
