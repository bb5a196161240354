package dev.berth.control.workspace;

import dev.berth.definition.Definition;
import dev.berth.definition.Image;
import dev.berth.protocol.Notice;
import java.util.ArrayList;
import java.util.List;

/** What a definition wants and Berth does not do yet, so that nobody has to find it out. */
final class Unserved {
  private static final String DEFAULT_INSTEAD =
      ", which Berth does not build yet; the default image is used instead. Push a built image and"
          + " name it under image: to have its tools.";

  private Unserved() {}

  static List<Notice> notices(Definition definition) {
    var notices = new ArrayList<Notice>();
    switch (definition.image()) {
      case Image.Composed(var files, var service, _) ->
          notices.add(
              Notice.warning(
                  "The repository wants the service %s of %s%s"
                      .formatted(service, String.join(", ", files), DEFAULT_INSTEAD)));
      case Image.Default _, Image.Reference _, Image.Built _ -> {}
    }
    if (definition.image() instanceof Image.Built(_, _, var options)
        && !options.cacheFrom().isEmpty()) {
      notices.add(
          Notice.information(
              "The repository names images whose layers may be used again (cacheFrom); builds here use none of them. What is built is the same."));
    }
    return notices;
  }
}
