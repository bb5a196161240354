package dev.berth.runtime.kubernetes.reading;

import dev.berth.runtime.Observation;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Why an instance ended, in words. */
final class Ends {
  /** What runtimes call a container whose first process could not be executed. */
  private static final Set<String> NEVER_RAN =
      Set.of("StartError", "ContainerCannotRun", "CreateContainerError", "ContainerStatusUnknown");

  private Ends() {}

  /** Of one whose user's container has ended. */
  static Observation of(PodFacts facts, ContainerStateTerminated end, Reports reports) {
    var instance = facts.instance();
    var reason = Objects.requireNonNullElse(end.getReason(), "");
    if (NEVER_RAN.contains(reason) && !reason.equals("ContainerStatusUnknown")) {
      return new Observation.Failed(
          instance,
          "The container could not be started: %s."
              .formatted(Words.of(end.getMessage(), "the runtime does not say why")),
          "Try another image; if none starts, let the operator see `%s`; docs/operate/kubernetes.md says what messages mean."
              .formatted(facts.askEvents()));
    }
    return new Observation.Exited(
        instance,
        disruption(facts)
            .or(() -> reports.message("Evicted").map(said -> evicted(facts, said)))
            .orElseGet(() -> byItself(facts, end, reason)));
  }

  private static String evicted(PodFacts facts, String said) {
    return "Its node %s ran out of something and evicted it: %s."
        .formatted(facts.node(), Words.of(said, "it does not say of what"));
  }

  private static String byItself(PodFacts facts, ContainerStateTerminated end, String reason) {
    if (reason.equals("OOMKilled")) {
      return "It was killed because it needed more memory than the %d MiB of its class."
          .formatted(facts.memoryLimitBytes() >> 20);
    }
    if (reason.equals("ContainerStatusUnknown")) {
      return "It ended, and its node %s did not see how.".formatted(facts.node());
    }
    int code = end.getExitCode();
    return code > 128
        ? "Its first process was ended by signal %d.".formatted(code - 128)
        : "Its first process ended by itself with exit code %d.".formatted(code);
  }

  /** Of one that is over though its user's container never ran. */
  static Observation withoutMain(PodFacts facts) {
    var instance = facts.instance();
    var why = disruption(facts);
    if (why.isPresent()) return new Observation.Exited(instance, why.get());
    var broken = facts.initStatuses().filter(Ends::failed).findFirst();
    if (broken.isPresent()) return failed(facts, broken.get());
    return new Observation.Exited(
        instance,
        "Its node %s did not take it: %s."
            .formatted(facts.node(), Words.of(said(facts), "it does not say why")));
  }

  private static boolean failed(ContainerStatus status) {
    return ended(status).filter(end -> end.getExitCode() != 0).isPresent();
  }

  private static Optional<ContainerStateTerminated> ended(ContainerStatus status) {
    return Optional.ofNullable(status.getState()).map(ContainerState::getTerminated);
  }

  private static Observation.Failed failed(PodFacts facts, ContainerStatus status) {
    var message = ended(status).map(ContainerStateTerminated::getMessage).orElse("");
    return new Observation.Failed(
        facts.instance(),
        "The container %s, which prepares it, failed: %s."
            .formatted(status.getName(), Words.of(message, "it does not say why")),
        "Start it again; if it happens again, let the operator see `%s`; docs/operate/kubernetes.md says what messages mean."
            .formatted(facts.askEvents()));
  }

  /** What was done to it from outside. */
  static Optional<String> disruption(PodFacts facts) {
    if (facts.reason().equals("Evicted")) return Optional.of(evicted(facts, facts.message()));
    if (facts.reason().equals("NodeLost")) {
      return Optional.of("Its node %s did not answer any more.".formatted(facts.node()));
    }
    return facts
        .condition("DisruptionTarget")
        .filter(condition -> "True".equals(condition.getStatus()))
        .map(condition -> disruption(facts, String.valueOf(condition.getReason())));
  }

  private static String disruption(PodFacts facts, String reason) {
    return switch (reason) {
      case "PreemptionByScheduler" -> "It made room for something more important on its node.";
      case "DeletionByTaintManager", "DeletionByPodGC" ->
          "Its node %s did not answer any more.".formatted(facts.node());
      case "EvictionByEvictionAPI" -> "Its node %s was drained.".formatted(facts.node());
      case "TerminationByKubelet" ->
          "Its node %s ended it: %s."
              .formatted(facts.node(), Words.of(said(facts), "it does not say why"));
      default -> "The cluster ended it: %s.".formatted(Words.of(reason, "it does not say why"));
    };
  }

  private static String said(PodFacts facts) {
    return facts.message().isEmpty() ? facts.reason() : facts.message();
  }
}
