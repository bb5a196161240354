package dev.berth.protocol.inside;

/**
 * The frames of an SSH session between gateway and supervisor: one byte of kind, four of length,
 * the most significant first, and so many bytes.
 */
public final class SessionFrame {
  /** Input towards the program, output from it; without bytes it is the input's end. */
  public static final byte DATA = 0;

  /** What the program writes to its standard errors. */
  public static final byte ERRORS = 1;

  /**
   * JSON: first a {@link SessionStart}; then {@code {"kind":"resize","cols","rows"}} and {@code
   * {"kind":"signal","name":"INT"}} towards it, {@code {"kind":"exit","code"}} from it, last.
   */
  public static final byte WORD = 2;

  /** Kind and length. */
  public static final int HEAD_BYTES = 5;

  /** As much as is moved in one go; a command line may be as long as Linux takes it, 128 KiB. */
  public static final int BYTES_MAX = 256 << 10;

  private SessionFrame() {}
}
