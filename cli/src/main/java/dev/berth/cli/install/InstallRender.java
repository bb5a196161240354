package dev.berth.cli.install;

import dev.berth.cli.line.Version;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Rendering;
import dev.berth.installer.manifests.SecretSource;
import dev.berth.installer.manifests.Secrets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the manifests. */
@Command(
    name = "render",
    description = {
      "Prints all manifests as kubectl takes them, each with its reason; asks no cluster.",
      "Secrets are left out: apply makes them once and keeps them in the cluster."
    },
    mixinStandardHelpOptions = true)
final class InstallRender implements Callable<Integer> {
  @Mixin private InstallFile file = new InstallFile();

  @Option(
      names = "--secrets",
      description =
          "With the content of secrets: those that are in the cluster, and new ones for those that are not. Whoever has the output has the installation.")
  private boolean secrets;

  @Override
  public Integer call() {
    var read = file.read();
    var content = secrets ? Optional.of(content(read)) : Optional.<Secrets>empty();
    var manifests = Rendering.of(read.install(), read.said(), content, Version.number());
    System.out.print(manifests.stream().map(Manifest::yaml).collect(Collectors.joining("---\n")));
    return 0;
  }

  private static Secrets content(InstallFile.Read read) {
    try (var target = read.target()) {
      return SecretSource.complete(
          read.install(), read.said(), target.kept(read.install()), Instant.now());
    }
  }
}
