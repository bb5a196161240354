package dev.berth.runtime.kubernetes.reading;

import dev.berth.protocol.InstanceId;
import dev.berth.runtime.kubernetes.pod.Marks;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A pod's fields, of which each may be missing. */
record PodFacts(Pod pod) {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** The instance that it is; only of a pod of ours. */
  InstanceId instance() {
    return own()
        .orElseThrow(
            () -> new IllegalStateException(pod.getMetadata().getName() + " is no pod of ours"));
  }

  /**
   * The instance that it is, by its volumes, which nobody can change; labels may be edited by hand.
   * Empty where somebody else made the pod.
   */
  Optional<InstanceId> own() {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals(Marks.BOOT_VOLUME) && volume.getSecret() != null)
        .flatMap(volume -> volume.getSecret().getItems().stream())
        .map(item -> item.getKey().replaceFirst("\\.json$", ""))
        .filter(text -> UUID.matcher(text).matches())
        .map(InstanceId::new)
        .findFirst();
  }

  /** What an operator calls to see what happened to it; it answers for an hour after its end. */
  String askEvents() {
    var meta = pod.getMetadata();
    return "kubectl get events -n %s --field-selector involvedObject.name=%s"
        .formatted(Optional.ofNullable(meta.getNamespace()).orElse("default"), meta.getName());
  }

  Optional<InstanceId> replacedBy() {
    return Optional.ofNullable(pod.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Marks.REPLACED_BY))
        .filter(text -> UUID.matcher(text).matches())
        .map(InstanceId::new);
  }

  Optional<PodStatus> status() {
    return Optional.ofNullable(pod.getStatus());
  }

  String phase() {
    return status().map(PodStatus::getPhase).orElse("Pending");
  }

  String reason() {
    return status().map(PodStatus::getReason).orElse("");
  }

  String message() {
    return status().map(PodStatus::getMessage).orElse("");
  }

  Optional<String> address() {
    return status().map(PodStatus::getPodIP).filter(address -> !address.isEmpty());
  }

  boolean isOver() {
    return phase().equals("Failed") || phase().equals("Succeeded");
  }

  Instant created() {
    return time(pod.getMetadata().getCreationTimestamp()).orElse(Instant.EPOCH);
  }

  /** By when it must have ended; empty where nobody asked it to. */
  Optional<Instant> endsBy() {
    return time(pod.getMetadata().getDeletionTimestamp());
  }

  /** What it is given at most to end. */
  long graceSeconds() {
    var grace = pod.getSpec().getTerminationGracePeriodSeconds();
    return grace == null ? 30 : grace; // Kubernetes's own default
  }

  /**
   * Whether it is to be done without: it should have ended long ago, and its node says nothing, or
   * its node is unreachable.
   */
  boolean isLost(Patience patience, Instant now) {
    return unreachableSince()
            .filter(since -> !now.isBefore(since.plus(patience.unreachable())))
            .isPresent()
        || isOverdue(patience, now);
  }

  /**
   * Since when the cluster takes its node for unreachable. Only who watches nodes calls a pod not
   * ready whose containers are: the node itself says both or none. Of a pod whose containers do not
   * all run yet it says nothing, until it is deleted for that; a node that is there ends one at
   * once of which nothing runs.
   */
  Optional<Instant> unreachableSince() {
    if (isOver()) return Optional.empty();
    var ready = condition("Ready").filter(one -> "False".equals(one.getStatus()));
    if (ready.isPresent() && since("ContainersReady").isPresent()) {
      return time(ready.get().getLastTransitionTime());
    }
    return condition("DisruptionTarget")
        .filter(one -> "DeletionByTaintManager".equals(one.getReason()))
        .filter(_ -> mainRunsSince().isEmpty() && mainEnded().isEmpty())
        .flatMap(one -> time(one.getLastTransitionTime()));
  }

  private boolean isOverdue(Patience patience, Instant now) {
    var grace = pod.getMetadata().getDeletionGracePeriodSeconds();
    if (endsBy().isEmpty() || grace == null) return false;
    // Who asked again may have dated its end earlier than the node takes it.
    var asked = endsBy().get().minusSeconds(grace);
    var latest = asked.plusSeconds(Math.max(grace, graceSeconds()));
    return now.isAfter(latest.plus(patience.lost()));
  }

  String node() {
    return Optional.ofNullable(pod.getSpec().getNodeName()).orElse("");
  }

  boolean hasContent() {
    return pod.getSpec().getInitContainers().stream()
        .anyMatch(container -> container.getName().equals(Marks.CONTENT));
  }

  boolean hasInit() {
    return !pod.getSpec().getInitContainers().isEmpty();
  }

  long memoryLimitBytes() {
    return pod.getSpec().getContainers().stream()
        .filter(container -> container.getName().equals(Marks.MAIN))
        .map(container -> container.getResources().getLimits().get("memory"))
        .mapToLong(limit -> limit.getNumericalAmount().longValue())
        .findFirst()
        .orElse(0);
  }

  Optional<ContainerStatus> main() {
    return statuses().filter(status -> status.getName().equals(Marks.MAIN)).findFirst();
  }

  Optional<ContainerStatus> content() {
    return initStatuses().filter(status -> status.getName().equals(Marks.CONTENT)).findFirst();
  }

  Stream<ContainerStatus> statuses() {
    return status().map(PodStatus::getContainerStatuses).orElse(List.of()).stream();
  }

  Stream<ContainerStatus> initStatuses() {
    return status().map(PodStatus::getInitContainerStatuses).orElse(List.of()).stream();
  }

  Optional<ContainerStateTerminated> mainEnded() {
    return main().map(ContainerStatus::getState).map(ContainerState::getTerminated);
  }

  /** Since when the user's container runs. */
  Optional<Instant> mainRunsSince() {
    return main()
        .map(ContainerStatus::getState)
        .map(ContainerState::getRunning)
        .flatMap(running -> time(running.getStartedAt()));
  }

  /** What containers wait for, the first to run first. */
  List<ContainerStateWaiting> waiting() {
    return Stream.concat(initStatuses(), statuses())
        .map(ContainerStatus::getState)
        .filter(state -> state != null && state.getWaiting() != null)
        .map(ContainerState::getWaiting)
        .toList();
  }

  Optional<PodCondition> condition(String type) {
    return status().map(PodStatus::getConditions).orElse(List.of()).stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }

  /** Since when the condition is true. */
  Optional<Instant> since(String type) {
    return condition(type)
        .filter(condition -> "True".equals(condition.getStatus()))
        .flatMap(condition -> time(condition.getLastTransitionTime()));
  }

  static Optional<Instant> time(@Nullable String text) {
    return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
  }
}
