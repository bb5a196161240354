package dev.berth.cli.line;

import dev.berth.base.Problem;

/** The one place that maps a problem's kind to an exit code; the numbers are sysexits.h's. */
public final class ExitCode {
  public static final int BAD_INPUT = 65;
  public static final int UNAVAILABLE = 69;
  public static final int BUG = 70;
  public static final int INTERRUPTED = 130;

  /** A control whose lease was over before all that it did was. */
  public static final int LEASE_OVER = 71;

  private ExitCode() {}

  public static int of(Problem problem) {
    return switch (problem) {
      case Problem.Invalid _ -> BAD_INPUT;
      case Problem.Missing _ -> 66;
      case Problem.Unavailable _ -> UNAVAILABLE;
      case Problem.Conflict _ -> 75;
      case Problem.Refused _ -> 77;
    };
  }
}
