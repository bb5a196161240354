package dev.berth.runtime;

/**
 * The limits of a class of workspaces.
 *
 * @param cpuMillis thousandths of a core
 * @param memoryBytes RAM, page cache included
 * @param processes threads and processes together
 */
public record WorkspaceSize(int cpuMillis, long memoryBytes, int processes) {}
