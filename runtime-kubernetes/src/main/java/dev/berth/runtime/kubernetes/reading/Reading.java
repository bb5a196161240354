package dev.berth.runtime.kubernetes.reading;

import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Port;
import dev.berth.protocol.StartStep;
import dev.berth.runtime.Observation;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Reads a pod: what its workspace's instance is seen as. The same pod reads the same at any time,
 * but for what has waited too long.
 */
public final class Reading {
  private final Patience patience;

  public Reading(Patience patience) {
    this.patience = patience;
  }

  /** The instance that the pod is; empty where it is none of ours, whatever its name. */
  public static Optional<InstanceId> instance(Pod pod) {
    return new PodFacts(pod).own();
  }

  /**
   * What the pod, which is one of ours, is seen as.
   *
   * @param told may be nothing, then words are fewer
   */
  public Observation of(Pod pod, Told told, Instant now) {
    var facts = new PodFacts(pod);
    var instance = facts.instance();
    var ended = facts.mainEnded();
    if (facts.replacedBy().isPresent() && facts.endsBy().isPresent()) {
      return new Observation.Preparing(
          facts.replacedBy().get(), replacing(facts.endsBy().get(), now));
    }
    if (ended.isPresent()) return Ends.of(facts, ended.get(), new Reports(told.events()));
    if (facts.isOver()) return Ends.withoutMain(facts);
    if (facts.isLost(patience, now)) {
      return new Observation.Exited(
          instance, "Its node %s did not answer any more.".formatted(facts.node()));
    }
    var runs = facts.mainRunsSince();
    var address = facts.address();
    if (runs.isPresent() && address.isPresent()) {
      return new Observation.Alive(
          instance, new Endpoint(address.get(), Port.SUPERVISOR), Steps.of(facts, ""));
    }
    return new Waits(facts, told, patience, now).seen();
  }

  /**
   * Whether its node seems to be unreachable, for whatever time; who knows that no other node is
   * reached either had better wait.
   */
  public static boolean isUnreachable(Pod pod) {
    return new PodFacts(pod).unreachableSince().isPresent();
  }

  /** Whether it is to be done without because of its node, unless it works all the same. */
  public static boolean isLost(Pod pod, Patience patience, Instant now) {
    return new PodFacts(pod).isLost(patience, now);
  }

  /** Where its supervisor listens; empty where, as far as is known, none runs. */
  public static Optional<String> worksAt(Pod pod) {
    var facts = new PodFacts(pod);
    return facts.mainRunsSince().isEmpty() ? Optional.empty() : facts.address();
  }

  /**
   * What the cluster did to a pod that is ending of it; empty where it does not end, or somebody
   * asked it to.
   */
  public static Optional<Observation.Exited> befell(Pod pod) {
    var facts = new PodFacts(pod);
    if (facts.endsBy().isEmpty()) return Optional.empty();
    return Ends.disruption(facts).map(why -> new Observation.Exited(facts.instance(), why));
  }

  /** Whether events would say more of what it waits for than the pod does. */
  public static boolean isOnItsWay(Pod pod) {
    var facts = new PodFacts(pod);
    return !facts.isOver() && facts.mainEnded().isEmpty() && facts.mainRunsSince().isEmpty();
  }

  /** Where its content container is asked why it is not done; empty while it is not there. */
  public static Optional<String> restoresAt(Pod pod) {
    var facts = new PodFacts(pod);
    return facts
        .content()
        .filter(content -> content.getState() != null && content.getState().getRunning() != null)
        .filter(content -> !Boolean.TRUE.equals(content.getStarted()))
        .flatMap(_ -> facts.address());
  }

  /**
   * Whether it ended and only events may say why: a pod whose processes end well when they are
   * asked does not say that it was evicted.
   */
  public static boolean hasEndedUnexplained(Pod pod) {
    var facts = new PodFacts(pod);
    return facts.mainEnded().isPresent()
        && facts.endsBy().isEmpty()
        && Ends.disruption(facts).isEmpty();
  }

  private static List<StartStep> replacing(Instant began, Instant now) {
    return List.of(
        new StartStep(
            "node",
            began.isBefore(now) ? began : now,
            Optional.empty(),
            "the last instance is ending"));
  }
}
