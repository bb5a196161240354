package dev.berth.cli.definition;

import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.settings.Home;
import dev.berth.definition.Definition;
import dev.berth.definition.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a definition, and tries it where that is wanted. */
@Command(
    name = "validate",
    description =
        "Checks a repository's .gitpod.yml or devcontainer.json: what is wrong, with line and column. With --start, a workspace of it is started, too, and deleted again.",
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
      names = "--start",
      description =
          "Where nothing is wrong, start a workspace of the folder as it is, committed or not (without what .gitignore leaves out), show what its tasks print, and delete it when they have ended.")
  private boolean start;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      description =
          "How long tasks may run: a server that still runs then is well. 600 unless said.")
  private int seconds = 600;

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
      definition.findings().forEach(finding -> System.out.println(finding.words()));
      System.out.println(definition.origin().why());
      System.out.println(summary(definition));
    }
    if (definition.hasErrors()) return BAD_INPUT;
    return start ? trial() : 0;
  }

  private int trial() throws InterruptedException {
    var home = Home.find();
    try (var api = Api.connect(home)) {
      var longest = Duration.ofSeconds(Math.max(0, seconds));
      var folder = Path.of(place);
      if (!Files.isDirectory(folder)) return trial(api, place, longest);
      try (var copy = WorkingCommit.of(folder.toAbsolutePath().normalize(), home.trials())) {
        return trial(api, copy.url(), longest);
      }
    }
  }

  private int trial(Api api, String url, Duration longest) throws InterruptedException {
    try (var trial = Trial.open(api, url, file)) {
      return trial.run(longest);
    }
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
    return "It wants %s%s; tasks: %d, ports: %d, extensions: %d, variables: %d."
        .formatted(
            image,
            features == 0 ? "" : " with features (%d)".formatted(features),
            definition.tasks().size(),
            definition.ports().size(),
            definition.extensions().size(),
            definition.env().size());
  }
}
