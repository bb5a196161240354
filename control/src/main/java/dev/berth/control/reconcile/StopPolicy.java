package dev.berth.control.reconcile;

import java.time.Duration;

/**
 * When an instance is stopped, and how patiently.
 *
 * @param idle no request, no keystroke and no task's output for this long: 30 min as in
 *     gitpod-classic 2.3; zero for never
 * @param grace from the asking to the killing: 30 s (gitpod-classic 2.3)
 * @param silence how long a supervisor that lives may not answer before it counts as broken: 2 min,
 *     far beyond its start of under a second on a loaded machine
 * @param crashes how often an instance may end by itself before it is left alone: 3
 */
public record StopPolicy(Duration idle, Duration grace, Duration silence, int crashes) {
  /** What holds where the configuration says nothing. */
  public static final StopPolicy DEFAULT =
      new StopPolicy(Duration.ofMinutes(30), Duration.ofSeconds(30), Duration.ofMinutes(2), 3);
}
