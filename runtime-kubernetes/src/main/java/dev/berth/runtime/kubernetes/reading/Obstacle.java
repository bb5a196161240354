package dev.berth.runtime.kubernetes.reading;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Why a pod that should serve, of whoever's, does not do so yet, in words. */
public final class Obstacle {
  /** They only say that it goes on. */
  private static final Set<String> ON_ITS_WAY = Set.of("ContainerCreating", "PodInitializing", "");

  private final PodFacts facts;
  private final Reports reports;
  private final Instant now;

  private Obstacle(PodFacts facts, Reports reports, Instant now) {
    this.facts = facts;
    this.reports = reports;
    this.now = now;
  }

  /**
   * Empty where the pod is ready.
   *
   * @param events what the cluster reported of it, in any order
   */
  public static Optional<String> of(Pod pod, List<Event> events, Instant now) {
    var facts = new PodFacts(pod);
    if (facts.endsBy().isPresent()) return Optional.of("it is ending");
    if (facts.since("Ready").isPresent()) return Optional.empty();
    return Optional.of(new Obstacle(facts, new Reports(events), now).words());
  }

  private String words() {
    if (facts.isOver()) {
      return "it has ended: "
          + Words.of(facts.message().isEmpty() ? facts.reason() : facts.message(), facts.phase());
    }
    if (facts.since("PodScheduled").isEmpty()) {
      return "no node has taken it: "
          + facts
              .condition("PodScheduled")
              .map(condition -> Words.of(condition.getMessage(), "the scheduler has not said why"))
              .orElse("the scheduler has not looked at it yet");
    }
    return Stream.concat(facts.initStatuses(), facts.statuses())
        .flatMap(status -> waits(status).stream())
        .findFirst()
        .or(() -> reports.trouble().map(said -> Words.of(said, "its node cannot prepare it")))
        .or(() -> reports.pull(now))
        .or(() -> reports.unready().map(said -> "it runs and is not ready: " + Words.of(said, "")))
        .orElseGet(() ->
            facts.address().isPresent() ? "it runs and is not ready yet" : "its node prepares it");
  }

  private static Optional<String> waits(ContainerStatus status) {
    var waiting = Optional.ofNullable(status.getState()).map(ContainerState::getWaiting);
    var reason = waiting.map(ContainerStateWaiting::getReason).map(String::valueOf).orElse("");
    var ended =
        Optional.ofNullable(status.getLastState())
            .map(ContainerState::getTerminated)
            .or(() -> Optional.ofNullable(status.getState()).map(ContainerState::getTerminated))
            .filter(end ->
                reason.equals("CrashLoopBackOff") || !Integer.valueOf(0).equals(end.getExitCode()));
    if (ended.isPresent()) {
      return Optional.of(
          "its container %s has ended %d times, last with %s"
              .formatted(
                  status.getName(),
                  Math.max(1, Objects.requireNonNullElse(status.getRestartCount(), 1)),
                  ended(ended.get())));
    }
    if (ON_ITS_WAY.contains(reason)) return Optional.empty();
    var said = waiting.map(ContainerStateWaiting::getMessage).orElse("");
    return Optional.of("%s: %s".formatted(reason, Words.of(said, "no reason given")));
  }

  private static String ended(ContainerStateTerminated end) {
    var reason = Objects.requireNonNullElse(end.getReason(), "Error");
    var code = "exit code %d".formatted(end.getExitCode());
    return reason.equals("Error") ? code : "%s (%s)".formatted(reason, code);
  }
}
