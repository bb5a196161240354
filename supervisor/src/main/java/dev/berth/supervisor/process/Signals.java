package dev.berth.supervisor.process;

import java.util.Locale;
import java.util.Optional;

/** The numbers of signals, the same on x86-64 and AArch64 (signal(7)). */
public final class Signals {
  public static final int HUP = 1;
  public static final int INT = 2;
  public static final int KILL = 9;
  public static final int TERM = 15;
  public static final int CONT = 18;

  /** For who writes to a terminal that is another job's. */
  static final int TTOU = 22;

  private Signals() {}

  /** The signal that {@code name} means, with or without SIG before it. */
  public static Optional<Integer> parse(String name) {
    var plain = name.toUpperCase(Locale.ROOT);
    return switch (plain.startsWith("SIG") ? plain.substring(3) : plain) {
      case "HUP" -> Optional.of(HUP);
      case "INT" -> Optional.of(INT);
      case "QUIT" -> Optional.of(3);
      case "KILL" -> Optional.of(KILL);
      case "USR1" -> Optional.of(10);
      case "USR2" -> Optional.of(12);
      case "ALRM" -> Optional.of(14);
      case "TERM" -> Optional.of(TERM);
      case "CONT" -> Optional.of(CONT);
      case "STOP" -> Optional.of(19);
      case "TSTP" -> Optional.of(20);
      case "WINCH" -> Optional.of(28);
      default -> Optional.empty();
    };
  }
}
