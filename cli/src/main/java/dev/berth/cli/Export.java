package dev.berth.cli;

import dev.berth.base.Problem;
import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the files of a workspace as an archive. */
@Command(
    name = "export",
    description = {
      "Writes the files of a workspace, as they are now or were at a saved moment, as a tar archive:",
      "files/ is /workspace, upper/ is what was changed elsewhere, such as the home.",
      "Unpack it with: tar --xattrs --numeric-owner -xf FILE"
    },
    mixinStandardHelpOptions = true)
final class Export implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "POINT",
      description = "The moment, as `berth points` lists it; now where none is given.")
  private @org.jspecify.annotations.Nullable String point;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write; standard output where it is not given.")
  private @org.jspecify.annotations.Nullable String file;

  @Override
  public Integer call() throws InterruptedException {
    if (file == null
        && Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()) {
      throw new Problem.Invalid(
          "An archive is nothing for a terminal.", "Give --output FILE, or redirect the output.");
    }
    try (var api = Api.connect(Home.find())) {
      var workspace = Words.id(id);
      var chosen = point != null ? point : api.save(workspace).id();
      var to = file == null ? new FileOutputStream(FileDescriptor.out) : new FileOutputStream(file);
      try (var out = new BufferedOutputStream(to, 1 << 20)) {
        api.export(workspace, chosen, out);
      }
      return 0;
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The archive could not be written: %s.".formatted(e.getMessage()),
          "See that there is room for it.",
          e);
    }
  }
}
