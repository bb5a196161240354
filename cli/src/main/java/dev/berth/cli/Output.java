package dev.berth.cli;

import dev.berth.base.Problem;
import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Where a command writes what it was asked for: a file, or its standard output. */
record Output(Optional<String> file) {
  /** Writes all of it. */
  interface Source {
    void writeTo(OutputStream out) throws IOException, InterruptedException;
  }

  /** Refuses to write bytes that are no text to a terminal. */
  Output {
    if (file.isEmpty()
        && Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()) {
      throw new Problem.Invalid(
          "That is nothing for a terminal.", "Give --output FILE, or redirect the output.");
    }
  }

  void write(Source source) throws InterruptedException {
    try (var out = new BufferedOutputStream(open(), 1 << 20)) {
      source.writeTo(out);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "It could not be written: %s.".formatted(e.getMessage()),
          "See that there is room for it.",
          e);
    }
  }

  private OutputStream open() throws IOException {
    return file.isEmpty()
        ? new FileOutputStream(FileDescriptor.out)
        : new FileOutputStream(file.get());
  }
}
