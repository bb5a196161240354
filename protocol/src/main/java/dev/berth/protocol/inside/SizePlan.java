package dev.berth.protocol.inside;

import java.util.Optional;

/**
 * How big the instance is, for its user to read, and how big a core may become that one of his
 * processes leaves.
 *
 * @param name of the size, as the installation has it
 * @param cpuMillis thousandths of a core
 * @param core as the container has it where empty
 */
public record SizePlan(String name, int cpuMillis, long memoryBytes, Optional<Core> core) {
  /** One that says nothing of cores. */
  public SizePlan(String name, int cpuMillis, long memoryBytes) {
    this(name, cpuMillis, memoryBytes, Optional.empty());
  }

  /** The soft and the hard limit of a core file. */
  public record Core(long softBytes, long hardBytes) {}
}
