package dev.berth.installer.config;

import java.util.Optional;

/** Bounds of all workspaces together; each empty for none. */
public record Quota(Optional<Integer> pods, Optional<String> cpu, Optional<String> memory) {
  /** Whether there is no bound at all. */
  public boolean isNone() {
    return pods.isEmpty() && cpu.isEmpty() && memory.isEmpty();
  }
}
