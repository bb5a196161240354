package dev.berth.protocol.inside;

/**
 * How big the instance is, for its user to read.
 *
 * @param name of the size, as the installation has it
 * @param cpuMillis thousandths of a core
 */
public record SizePlan(String name, int cpuMillis, long memoryBytes) {}
