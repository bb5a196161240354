package dev.berth.runtime.runc.layers;

/**
 * How much a layer may bring.
 *
 * @param mostBytes of its archive, unpacked: 50 GiB, ten times the largest common images
 * @param mostFiles in it: 5 million, what a file system of ext4 has inodes for on 80 GB
 * @param reserveBytes that stay free on the disk whatever is pulled: 256 MiB, so that the rest of
 *     the machine can still write its logs
 */
public record Bounds(long mostBytes, long mostFiles, long reserveBytes) {
  /** What an installation has that says nothing else. */
  public static final Bounds USUAL = new Bounds(50L << 30, 5_000_000, 256L << 20);
}
