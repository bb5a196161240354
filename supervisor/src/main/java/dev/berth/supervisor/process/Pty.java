package dev.berth.supervisor.process;

import dev.berth.base.Problem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process in a pseudo-terminal, and the terminal's side that a screen and a keyboard have.
 *
 * @param master reads what the process prints; what is written to it the process reads as typed
 */
public record Pty(Child child, Descriptor master) {
  /** In characters. */
  public record Size(int cols, int rows) {
    /** More than any screen has. */
    public static final int MAX = 2000;

    public Size {
      if (cols < 1 || rows < 1 || cols > MAX || rows > MAX) {
        throw new Problem.Invalid(
            "A terminal of %d columns and %d rows cannot be made.".formatted(cols, rows),
            "Use numbers from 1 to %d.".formatted(MAX));
      }
    }
  }

  // asm-generic/ioctls.h, the same on x86-64 and AArch64.
  private static final long TCGETS = 0x5401;
  private static final long TIOCSWINSZ = 0x5414;
  private static final long TIOCSPTLCK = 0x40045431;
  private static final long TIOCGPTN = 0x80045430;

  private static final int ICANON = 2;

  public void resize(Size size) {
    resize(master, size);
  }

  /**
   * Whether a program reads single keys, as a shell with line editing does at its prompt, rather
   * than whole lines.
   */
  public boolean readsKeys() {
    try (var arena = Arena.ofConfined()) {
      var termios = arena.allocate(64); // struct termios of the kernel: 36 bytes, c_lflag at 12
      master.control(TCGETS, termios);
      return (termios.get(ValueLayout.JAVA_INT, 12) & ICANON) == 0;
    }
  }

  static void resize(Descriptor master, Size size) {
    try (var arena = Arena.ofConfined()) {
      var winsize = arena.allocate(8);
      winsize.setAtIndex(ValueLayout.JAVA_SHORT, 0, (short) size.rows());
      winsize.setAtIndex(ValueLayout.JAVA_SHORT, 1, (short) size.cols());
      master.control(TIOCSWINSZ, winsize);
    }
  }

  static Path slave(Descriptor master) {
    try (var arena = Arena.ofConfined()) {
      var number = arena.allocate(ValueLayout.JAVA_INT);
      master.control(TIOCSPTLCK, number);
      master.control(TIOCGPTN, number);
      return Path.of("/dev/pts/" + number.get(ValueLayout.JAVA_INT, 0));
    }
  }

  static void give(Path slave, Identity identity) {
    try {
      Files.setAttribute(slave, "unix:uid", identity.uid());
      Files.setAttribute(slave, "unix:mode", 0620);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The terminal %s cannot be given to its user: %s.".formatted(slave, e.getMessage()),
          "Check that /dev/pts of the instance is a devpts of its own.",
          e);
    }
  }
}
