package dev.berth.definition;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the root file system is made of. */
public sealed interface Image {
  /** The installation's default image. */
  record Default() implements Image {}

  /** An image to pull, by a reference that has the letters of one. */
  record Reference(String reference) implements Image {}

  /**
   * An image to build.
   *
   * @param dockerfile relative to the repository's root, never outside it
   * @param context the folder that the build sees, relative to the root too; the Dockerfile's
   *     folder where empty
   */
  record Built(String dockerfile, Optional<String> context, Options options) implements Image {
    public Built {
      options = options == null ? Options.NONE : options;
    }

    /** One that is built without options. */
    public Built(String dockerfile, Optional<String> context) {
      this(dockerfile, context, Options.NONE);
    }
  }

  /**
   * The image of a service of a Docker Compose file.
   *
   * @param files relative to the repository's root, never outside it; later ones win
   * @param service the one that a user works in
   * @param others those that are to run beside it; empty for all
   */
  record Composed(List<String> files, String service, List<String> others) implements Image {
    public Composed {
      files = List.copyOf(files);
      others = List.copyOf(others);
    }
  }

  /**
   * How an image is built.
   *
   * @param args build arguments
   * @param target the stage to build; the last one where empty
   * @param cacheFrom images whose layers may be used again
   * @param flags of the builder that cannot reach beyond the build: {@code --pull}, {@code
   *     --platform=linux/amd64}
   */
  record Options(
      Map<String, String> args,
      Optional<String> target,
      List<String> cacheFrom,
      List<String> flags) {
    public static final Options NONE =
        new Options(Map.of(), Optional.empty(), List.of(), List.of());

    public Options {
      args = Definition.ordered(args);
      cacheFrom = List.copyOf(cacheFrom);
      flags = List.copyOf(flags);
    }
  }
}
