package dev.berth.cli.saved;

import dev.berth.base.Problem;
import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

  /** A file that was there before stays as it was until all is written. */
  void write(Source source) throws InterruptedException {
    try {
      if (file.isEmpty()) {
        write(source, new FileOutputStream(FileDescriptor.out));
      } else {
        replace(Path.of(file.get()), source);
      }
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "It could not be written: %s.".formatted(e.getMessage()),
          "See that there is room for it.",
          e);
    }
  }

  private static void replace(Path file, Source source) throws IOException, InterruptedException {
    // A pipe or a device is written to; a link leads to what is replaced.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      write(source, Files.newOutputStream(file));
      return;
    }
    var real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    var draft = real.resolveSibling(real.getFileName() + ".part");
    try {
      write(source, Files.newOutputStream(draft));
      Files.move(draft, real, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void write(Source source, OutputStream to)
      throws IOException, InterruptedException {
    try (var out = new BufferedOutputStream(to, 1 << 20)) {
      source.writeTo(out);
    }
  }
}
