package dev.berth.runtime.kubernetes.reading;

import dev.berth.runtime.Observation;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** A pod on its way: what it waits for, and whether that will come. */
final class Waits {
  /** How often the content container may fail to restore before the start has failed. */
  private static final int RESTORES = 3;

  private final PodFacts facts;
  private final Told told;
  private final Reports reports;
  private final Patience patience;
  private final Instant now;

  Waits(PodFacts facts, Told told, Patience patience, Instant now) {
    this.facts = facts;
    this.told = told;
    this.reports = new Reports(told.events());
    this.patience = patience;
    this.now = now;
  }

  Observation seen() {
    if (facts.endsBy().isPresent()) return preparing("it is ending");
    if (facts.since("PodScheduled").isEmpty()) return unscheduled();
    for (var waiting : facts.waiting()) {
      var seen = waiting(waiting);
      if (seen.isPresent()) return seen.get();
    }
    return reports
        .trouble()
        .map(this::troubled)
        .orElseGet(() -> preparing(reports.pull(now).or(this::restoring).orElse("")));
  }

  private Optional<String> restoring() {
    return told.restoring().map(said -> "the files cannot be brought yet: " + said(said));
  }

  // ---- before it has a node

  private Observation unscheduled() {
    var condition = facts.condition("PodScheduled");
    if (condition.isEmpty() || !"Unschedulable".equals(condition.get().getReason())) {
      return preparing(condition.map(PodCondition::getMessage).map(this::said).orElse(""));
    }
    var said = said(condition.get().getMessage());
    var scaleUp = reports.latest("TriggeredScaleUp");
    if (scaleUp.isPresent() && within(scaleUp.get(), patience.scaleUp())) {
      return preparing("the cluster makes a new node for it: " + said);
    }
    if (within(facts.created(), patience.scheduling())) return preparing("no node yet: " + said);
    return failed(
        "No node took it within %d min: %s.".formatted(patience.scheduling().toMinutes(), said),
        unlabelled(said)
            ? "Label nodes for it: kubectl label node NAME %s=true.".formatted(label())
            : "Stop workspaces that nobody needs, take a smaller class, or add a node.");
  }

  private static boolean unlabelled(String said) {
    return said.contains("didn't match Pod's node affinity");
  }

  /** The label that it wants of a node. */
  private String label() {
    return facts
        .pod()
        .getSpec()
        .getAffinity()
        .getNodeAffinity()
        .getRequiredDuringSchedulingIgnoredDuringExecution()
        .getNodeSelectorTerms()
        .getFirst()
        .getMatchExpressions()
        .getFirst()
        .getKey();
  }

  // ---- on its node

  /** Empty where it only waits for its turn. */
  private Optional<Observation> waiting(ContainerStateWaiting waiting) {
    return switch (Objects.requireNonNullElse(waiting.getReason(), "")) {
      case "ErrImagePull", "ImagePullBackOff", "RegistryUnavailable" ->
          Optional.of(unpulled(said(waiting.getMessage())));
      case "InvalidImageName" ->
          Optional.of(
              failed(
                  "The image's name is none: %s.".formatted(said(waiting.getMessage())),
                  "Write one that can be pulled into the repository's definition."));
      case "ErrImageNeverPull", "ImageInspectError", "SignatureValidationFailed" ->
          Optional.of(
              failed(
                  "The node does not take the image: %s.".formatted(said(waiting.getMessage())),
                  "Name another image, or ask the cluster's operator."));
      case "CreateContainerConfigError", "CreateContainerError", "RunContainerError" ->
          Optional.of(uncreated(said(waiting.getMessage())));
      case "CrashLoopBackOff" -> Optional.of(unrestored());
      default -> Optional.empty(); // ContainerCreating, PodInitializing, what is yet to come
    };
  }

  /** A registry that says no says it again; one that is away may come back. */
  private Observation unpulled(String said) {
    if (Registry.refuses(said)) {
      return failed(
          "The image cannot be pulled: %s.".formatted(said),
          "See that it is there and that the cluster may pull it: `docker pull` of the same name, or a pull secret.");
    }
    return begun(patience.pulling())
        ? preparing("the registry does not answer, trying again: " + said)
        : failed(
            "The image could not be pulled for %d min: %s."
                .formatted(patience.pulling().toMinutes(), said),
            "See whether the nodes reach the registry, then start it again.");
  }

  /** Nodes say so, too, of secrets that they have not fetched yet, and mend it themselves. */
  private Observation uncreated(String said) {
    return begun(patience.preparing())
        ? preparing("the node cannot make its container yet: " + said)
        : failed(
            "The node could not make its container: %s.".formatted(said),
            "Try another image; if none starts, let the operator see `%s`; docs/operate/kubernetes.md says what messages mean."
                .formatted(facts.askEvents()));
  }

  private Observation unrestored() {
    var content = facts.content();
    var said =
        content
            .map(ContainerStatus::getLastState)
            .map(ContainerState::getTerminated)
            .map(ContainerStateTerminated::getMessage)
            .orElse("");
    int tries = content.map(ContainerStatus::getRestartCount).orElse(0);
    return tries < RESTORES
        ? preparing("the files could not be restored, trying again: " + said(said))
        : failed(
            "Its files could not be restored: %s.".formatted(said(said)),
            "See whether the object store is well, then start it again; what was saved is untouched.");
  }

  private Observation troubled(String said) {
    if (said.toLowerCase(Locale.ROOT).contains("user namespaces")) {
      return failed(
          "Its node %s has no user namespaces: %s.".formatted(facts.node(), said(said)),
          "Let the operator take the label %s from it, or set cluster.userNamespaces to none."
              .formatted(label()));
    }
    return begun(patience.preparing())
        ? preparing("the node cannot prepare it yet: " + said(said))
        : failed(
            "The node could not prepare it: %s.".formatted(said(said)),
            "Start it again; if it happens again, look at the node %s.".formatted(facts.node()));
  }

  private boolean begun(Duration within) {
    return within(facts.since("PodScheduled").orElse(facts.created()), within);
  }

  private boolean within(Instant since, Duration time) {
    return now.isBefore(since.plus(time));
  }

  private String said(String text) {
    return Words.of(text, "no reason given");
  }

  private Observation preparing(String detail) {
    return new Observation.Preparing(facts.instance(), Steps.of(facts, detail));
  }

  private Observation failed(String what, String remedy) {
    return new Observation.Failed(facts.instance(), what, remedy);
  }
}
