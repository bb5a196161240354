package dev.berth.cli.definition;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.base.text.Reason;
import dev.berth.definition.Origin;
import dev.berth.definition.convert.Converted;
import dev.berth.definition.convert.DevcontainerWriter;
import dev.berth.definition.convert.GitpodWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a definition of one kind as the other. */
@Command(
    name = "convert",
    description =
        "Writes a repository's .gitpod.yml as devcontainer.json or the other way, and lists what is lost.",
    mixinStandardHelpOptions = true)
final class Convert implements Callable<Integer> {
  /** The kinds of file. */
  enum Kind {
    GITPOD,
    DEVCONTAINER
  }

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      defaultValue = ".",
      description = "The repository's folder; this one unless said.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String place;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The definition to read, where there are several.")
  private Optional<String> file = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "KIND",
      description = "${COMPLETION-CANDIDATES}; the other kind than what is read unless said.")
  private Optional<Kind> to = Optional.empty();

  @Option(
      names = "--write",
      description = "Write it into the folder instead of printing it; never over a file.")
  private boolean write;

  @Override
  public Integer call() throws InterruptedException {
    var definition = Repository.definition(place, file);
    definition.findings().forEach(finding -> System.err.println(finding.words()));
    System.err.println("note: " + definition.origin().why());
    var kind =
        to.orElse(
            definition.origin().kind() == Origin.Kind.GITPOD ? Kind.DEVCONTAINER : Kind.GITPOD);
    var converted =
        switch (kind) {
          case GITPOD -> GitpodWriter.write(definition);
          case DEVCONTAINER -> DevcontainerWriter.write(definition);
        };
    converted.lost().forEach(lost -> System.err.println("lost: " + Quoted.printable(lost, 1000)));
    if (write) write(converted);
    else System.out.print(converted.text());
    return 0;
  }

  private void write(Converted converted) {
    var path = Path.of(place).resolve(converted.file());
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.writeString(path, converted.text(), StandardOpenOption.CREATE_NEW);
      System.err.println("Wrote " + path);
    } catch (FileAlreadyExistsException e) {
      throw new Problem.Conflict(
          "%s is there already.".formatted(path), "Move it away, or print to another file.", e);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "%s cannot be written: %s.".formatted(path, Reason.of(e)),
          "Check who may write there.",
          e);
    }
  }
}
