package dev.berth.installer.config;

/**
 * How much of the cluster a role gets.
 *
 * @param cpuMillis thousandths of a core that are kept free for each of its pods
 * @param memoryBytes of each of its pods, at most and kept free
 */
public record Share(int replicas, int cpuMillis, long memoryBytes) {}
