package dev.berth.runtime.runc;

import dev.berth.protocol.StartStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps of one start. One thread walks them, any may look. */
final class Steps {
  private final List<StartStep> steps = new ArrayList<>();

  /** Ends the step before and begins {@code name}. */
  synchronized void begin(String name) {
    end();
    steps.add(new StartStep(name, Instant.now(), Optional.empty(), ""));
  }

  /** How far the present step is. */
  synchronized void detail(String words) {
    if (steps.isEmpty()) return;
    var step = steps.removeLast();
    steps.add(new StartStep(step.name(), step.began(), step.ended(), words));
  }

  private void end() {
    if (!steps.isEmpty()) steps.addLast(ended(steps.removeLast(), Instant.now()));
  }

  static StartStep ended(StartStep step, Instant when) {
    return new StartStep(
        step.name(), step.began(), Optional.of(step.ended().orElse(when)), step.detail());
  }

  synchronized List<StartStep> soFar() {
    return List.copyOf(steps);
  }
}
