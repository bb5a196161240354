package dev.berth.definition;

/** The soft and the hard limit of a core file's size. */
public record CoreDump(long softBytes, long hardBytes) {
  /** 1 GiB, as gitpod-classic 3.2 has it. */
  public static final long USUAL_BYTES = 1L << 30;
}
