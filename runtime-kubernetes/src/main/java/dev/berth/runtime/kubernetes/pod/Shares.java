package dev.berth.runtime.kubernetes.pod;

/**
 * How much of what a workspace may use the scheduler keeps free for it, and its disk.
 *
 * @param cpuPercent of the class's CPU: most of the time nobody types
 * @param memoryPercent of the class's memory; what is used beyond it may be evicted when the node
 *     runs out
 * @param filesBytes of /workspace
 * @param diskBytes of all that an instance writes, /workspace and the log included
 */
public record Shares(int cpuPercent, int memoryPercent, long filesBytes, long diskBytes) {
  /** Four to a core and two to the memory that they may use; 30 and 50 GiB. */
  public static final Shares DEFAULT = new Shares(25, 50, 30L << 30, 50L << 30);
}
