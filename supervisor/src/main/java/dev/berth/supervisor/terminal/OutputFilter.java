package dev.berth.supervisor.terminal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads the operating system commands (OSC, ECMA-48 8.3.89) in a terminal's output: tells of new
 * titles, and takes out our own marks, by which a shell says how far a task is. Its terminal guards
 * it.
 */
final class OutputFilter {
  /** A longer command is none that we know and goes through. */
  private static final int COMMAND_BYTES_MAX = 4096;

  /** More than the echo of one typed line: then it is none, and is shown. */
  private static final int HELD_BYTES_MAX = 8 * 1024;

  private static final byte ESCAPE = 0x1b;
  private static final byte BELL = 0x07;

  private enum State {
    TEXT,
    ESCAPED,
    COMMAND,
    COMMAND_ESCAPED
  }

  private final String markPrefix;
  private final Consumer<String> title;
  private final Consumer<String> mark;
  private final ByteArrayOutputStream command = new ByteArrayOutputStream(64);
  private final ByteArrayOutputStream output = new ByteArrayOutputStream(4096);
  private final ByteArrayOutputStream held = new ByteArrayOutputStream(64);
  private State state = State.TEXT;
  private boolean holding;

  /**
   * @param markPrefix what our own commands begin with
   */
  OutputFilter(String markPrefix, Consumer<String> title, Consumer<String> mark) {
    this.markPrefix = markPrefix;
    this.title = title;
    this.mark = mark;
  }

  /** What is to be shown of {@code bytes} and of what was kept back before. */
  byte[] filter(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (state == State.TEXT) {
        int from = i;
        while (i < length && bytes[i] != ESCAPE) i++;
        show(bytes, from, i - from);
        if (i == length) break;
      }
      next(bytes[i]);
    }
    var shown = output.toByteArray();
    output.reset();
    return shown;
  }

  private void next(byte b) {
    command.write(b);
    state =
        switch (state) {
          case TEXT -> State.ESCAPED;
          case ESCAPED -> {
            if (b == ']') yield State.COMMAND;
            yield b == ESCAPE ? again() : through();
          }
          case COMMAND -> {
            if (b == BELL) yield ended(1);
            if (b == ESCAPE) yield State.COMMAND_ESCAPED;
            yield command.size() < COMMAND_BYTES_MAX ? State.COMMAND : through();
          }
          case COMMAND_ESCAPED -> b == '\\' ? ended(2) : through();
        };
  }

  /** The escape before was none; this one may be. */
  private State again() {
    command.reset();
    command.write(ESCAPE);
    show(new byte[] {ESCAPE}, 0, 1);
    return State.ESCAPED;
  }

  private State through() {
    var bytes = command.toByteArray();
    command.reset();
    show(bytes, 0, bytes.length);
    return State.TEXT;
  }

  private State ended(int terminatorBytes) {
    var bytes = command.toByteArray();
    var text = new String(bytes, 2, bytes.length - 2 - terminatorBytes, StandardCharsets.UTF_8);
    if (text.startsWith(markPrefix)) {
      command.reset();
      mark.accept(text.substring(markPrefix.length()));
      return State.TEXT;
    }
    if (text.startsWith("0;") || text.startsWith("2;")) title.accept(text.substring(2));
    return through();
  }

  private void show(byte[] bytes, int from, int length) {
    if (!holding) {
      output.write(bytes, from, length);
      return;
    }
    held.write(bytes, from, length);
    if (held.size() > HELD_BYTES_MAX) release();
  }

  /** From now on keeps back what is printed, until it is dropped or released. */
  void hold() {
    holding = true;
  }

  /** Shows {@code instead} in place of what was kept back. */
  void replaceHeld(byte[] instead) {
    if (!holding) return;
    held.reset();
    held.writeBytes(instead);
    release();
  }

  /** Shows what was kept back, with the next output. */
  void release() {
    holding = false;
    output.writeBytes(held.toByteArray());
    held.reset();
  }
}
