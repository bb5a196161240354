package dev.berth.control.workspace;

import dev.berth.definition.Definition;
import dev.berth.definition.Feature;
import dev.berth.definition.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a definition wants and Berth does not do yet, so that nobody has to find it out. */
final class Unserved {
  private static final String DEFAULT_INSTEAD =
      ", which Berth does not build yet; the default image is used instead. Push a built image and"
          + " name it under image: to have its tools.";

  private Unserved() {}

  static List<String> notices(Definition definition) {
    var notices = new ArrayList<String>();
    switch (definition.image()) {
      case Image.Built(var dockerfile, _, _) ->
          notices.add(
              "The repository wants an image built of %s%s".formatted(dockerfile, DEFAULT_INSTEAD));
      case Image.Composed(var files, var service, _) ->
          notices.add(
              "The repository wants the service %s of %s%s"
                  .formatted(service, String.join(", ", files), DEFAULT_INSTEAD));
      case Image.Default _, Image.Reference _ -> {}
    }
    var features = definition.container().features();
    if (!features.isEmpty()) {
      notices.add(
          "The repository wants features in its image (%s)%s"
              .formatted(
                  features.stream()
                      .map(Feature::place)
                      .map(Feature.Place::id)
                      .collect(Collectors.joining(", ")),
                  DEFAULT_INSTEAD));
    }
    var repositories = definition.repositories();
    repositories
        .main()
        .ifPresent(url ->
            notices.add(
                "The repository wants the definition of %s, which Berth does not fetch yet; its own is used. Open that repository to have it."
                    .formatted(url)));
    for (var additional : repositories.additional()) {
      notices.add(
          "The repository wants %s beside it, which Berth does not clone yet. Clone it in a terminal."
              .formatted(additional.url()));
    }
    if (definition.coreDump().isPresent()) {
      notices.add(
          "The repository wants core dumps, which Berth does not set yet. Run ulimit -c in a terminal.");
    }
    return notices;
  }
}
