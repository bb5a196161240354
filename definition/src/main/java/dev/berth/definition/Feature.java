package dev.berth.definition;

import java.util.Map;

/**
 * A piece of software that is installed into an image.
 *
 * @param options as the file says them, in its order; a bare text is the option {@code version}
 */
public record Feature(Place place, Map<String, String> options) {
  public Feature {
    options = Definition.ordered(options);
  }

  /** Where it comes from. */
  public sealed interface Place {
    /** Its id as a lock file and {@code overrideFeatureInstallOrder} name it, without version. */
    String id();

    /**
     * A registry of images.
     *
     * @param version a tag or a digest with its {@code sha256:}; "latest" where none is said
     */
    record Registry(String registry, String path, String version) implements Place {
      @Override
      public String id() {
        return registry + "/" + path;
      }
    }

    /** A folder of the repository, relative to its root. */
    record Local(String folder) implements Place {
      @Override
      public String id() {
        return "./" + folder;
      }
    }

    /** An archive at an https address. */
    record Archive(String url) implements Place {
      @Override
      public String id() {
        return url;
      }
    }
  }
}
