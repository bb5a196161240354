package dev.berth.snapshots.format;

/** The bounds of the format: what is larger is damage. */
public final class Limits {
  public static final int CHUNK_BYTES = 4 << 20;
  public static final int BLOCK_BYTES = 8 << 20;
  public static final int NAME_BYTES = 255;
  public static final int TARGET_BYTES = 4095;
  public static final int ATTRIBUTE_BYTES = 64 << 10;

  /** {@code PATH_MAX} is twice that, so no path that a program can say is deeper. */
  public static final int DEPTH = 2048;

  private Limits() {}
}
