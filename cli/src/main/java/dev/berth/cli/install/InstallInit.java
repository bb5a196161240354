package dev.berth.cli.install;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import dev.berth.installer.architectures.Draft;
import dev.berth.installer.architectures.Takeover;
import dev.berth.installer.config.Architecture;
import dev.berth.installer.config.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Writes a berth.yaml to begin with. */
@Command(
    name = "init",
    description = {
      "Writes a commented berth.yaml for an architecture, or for an installation of Gitpod that is taken over.",
      "Fill in what it asks for, then: berth install check."
    },
    mixinStandardHelpOptions = true)
final class InstallInit implements Callable<Integer> {
  @Option(
      names = "--architecture",
      paramLabel = "NAME",
      converter = ArchitectureName.class,
      description = {
        "proof-of-value: everything in the cluster, to try Berth out;",
        "production: database and object store outside; k3s: one machine."
      })
  private Architecture architecture = Architecture.PROOF_OF_VALUE;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      converter = ProviderName.class,
      description = "Whose load balancer it is: gcp, aws, azure or none.")
  private Provider provider = Provider.NONE;

  @Option(
      names = "--domain",
      paramLabel = "NAME",
      description = "The installation's domain, as berth.example.com.")
  private Optional<String> domain = Optional.empty();

  @Option(
      names = "--image",
      paramLabel = "NAME",
      description = "Berth's own image, as dist/image put it.")
  private String image = "registry.example.com/berth:1";

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = "The gitpod.config.yaml of an installation to take over.")
  private Optional<Path> from = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write it; a file that is there stays. Else it is printed.")
  private Optional<Path> output = Optional.empty();

  @Override
  public Integer call() {
    if (from.isPresent()) {
      var takeover = Takeover.of(text(from.get()), image);
      write(takeover.yaml());
      list("Taken over", takeover.taken());
      list("To be done by hand", takeover.byHand());
      list("Without a meaning here", takeover.meaningless());
    } else {
      write(Draft.of(architecture, provider, domain, image));
    }
    return 0;
  }

  private static void list(String title, List<String> lines) {
    if (lines.isEmpty()) return;
    System.err.println(title + ":");
    lines.forEach(line -> System.err.println("  - " + line));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new Problem.Missing(
          "%s cannot be read: %s.".formatted(file, Reason.of(e)), "Name another with --from.", e);
    }
  }

  private void write(String text) {
    if (output.isEmpty()) {
      System.out.print(text);
      return;
    }
    try {
      Files.write(
          output.get(), text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE_NEW);
      System.err.println("berth: written to " + output.get());
    } catch (FileAlreadyExistsException e) {
      throw new Problem.Conflict(
          "%s is there already.".formatted(output.get()), "Name another file, or remove it.", e);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "%s cannot be written: %s.".formatted(output.get(), Reason.of(e)),
          "Name another file.",
          e);
    }
  }

  /** For picocli, which tells what must be. */
  static final class ArchitectureName implements ITypeConverter<Architecture> {
    @Override
    public Architecture convert(String text) {
      return Architecture.of(text);
    }
  }

  /** For picocli. */
  static final class ProviderName implements ITypeConverter<Provider> {
    @Override
    public Provider convert(String text) {
      return Provider.of(text);
    }
  }
}
