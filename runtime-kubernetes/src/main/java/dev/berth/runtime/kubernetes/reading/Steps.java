package dev.berth.runtime.kubernetes.reading;

import dev.berth.protocol.StartStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The steps of a start as a pod's conditions date them, to the second. A step begins when the one
 * before it ended.
 */
final class Steps {
  private final List<StartStep> steps = new ArrayList<>();
  private Optional<Instant> next;

  private Steps(Instant began) {
    this.next = Optional.of(began);
  }

  /**
   * Those that were and the one that goes on.
   *
   * @param detail of the one that goes on
   */
  static List<StartStep> of(PodFacts facts, String detail) {
    var runs = facts.mainRunsSince();
    var steps = new Steps(facts.created());
    steps.step("node", facts.since("PodScheduled").or(() -> runs), facts.node());
    steps.step("network", facts.since("PodReadyToStartContainers").or(() -> runs), "");
    if (facts.hasInit()) steps.step("files", facts.since("Initialized").or(() -> runs), "");
    steps.step("image", runs, "");
    return steps.with(detail);
  }

  private void step(String name, Optional<Instant> ended, String detail) {
    if (next.isEmpty()) return;
    var began = next.get();
    // Seconds are cut off, so that what comes after may be dated before.
    next = ended.map(end -> end.isBefore(began) ? began : end);
    steps.add(new StartStep(name, began, next, ended.isPresent() ? detail : ""));
  }

  private List<StartStep> with(String detail) {
    if (next.isEmpty()) {
      var open = steps.removeLast();
      steps.add(new StartStep(open.name(), open.began(), Optional.empty(), detail));
    }
    return List.copyOf(steps);
  }
}
