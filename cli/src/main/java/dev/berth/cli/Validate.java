package dev.berth.cli;

import dev.berth.base.json.Json;
import dev.berth.definition.Definition;
import dev.berth.definition.Finding;
import dev.berth.definition.Image;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a definition without starting anything. */
@Command(
    name = "validate",
    description =
        "Checks a repository's .gitpod.yml or devcontainer.json: what is wrong, with line and column.",
    mixinStandardHelpOptions = true)
final class Validate implements Callable<Integer> {
  private static final int BAD_INPUT = 65;

  @Parameters(
      paramLabel = "DIR|URL",
      arity = "0..1",
      defaultValue = ".",
      description = "A folder as it is, or what you see in the browser; this folder unless said.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String place;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The definition's file, where a folder has several.")
  private Optional<String> file = Optional.empty();

  @Option(
      names = "--json",
      description = "Print one JSON object: the definition, findings and all.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var definition = Repository.definition(place, file);
    if (json) {
      System.out.println(Json.write(definition));
    } else {
      definition.findings().forEach(finding -> System.out.println(line(finding)));
      System.out.println(definition.origin().why());
      System.out.println(summary(definition));
    }
    return definition.hasErrors() ? BAD_INPUT : 0;
  }

  static String line(Finding finding) {
    return "%s:%d:%d: %s: %s %s"
        .formatted(
            finding.file(),
            finding.line(),
            finding.column(),
            finding.severity().name().toLowerCase(Locale.ROOT),
            finding.what(),
            finding.remedy());
  }

  private static String summary(Definition definition) {
    var image =
        switch (definition.image()) {
          case Image.Default _ -> "the default image";
          case Image.Reference(var reference) -> "the image " + reference;
          case Image.Built(var dockerfile, _, _) -> "an image built of " + dockerfile;
          case Image.Composed(var files, var service, _) ->
              "the service %s of %s".formatted(service, String.join(", ", files));
        };
    var features = definition.container().features().size();
    return "It wants %s%s, %d tasks, %d ports, %d extensions, %d variables."
        .formatted(
            image,
            features == 0 ? "" : " with %d features".formatted(features),
            definition.tasks().size(),
            definition.ports().size(),
            definition.extensions().size(),
            definition.env().size());
  }
}
