package dev.berth.registry.pull;

import java.util.Optional;

/**
 * What an image runs on, in the words of the OCI image specification.
 *
 * @param variant of the architecture, such as {@code v8}; empty matches any
 */
public record Platform(String os, String architecture, Optional<String> variant) {
  /** Linux on this machine's processor. */
  public static Platform here() {
    var architecture =
        switch (System.getProperty("os.arch", "")) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          case String other -> other;
        };
    return new Platform("linux", architecture, Optional.empty());
  }

  boolean runs(Platform image) {
    return os.equals(image.os)
        && architecture.equals(image.architecture)
        && (variant.isEmpty() || image.variant.isEmpty() || variant.equals(image.variant));
  }

  @Override
  public String toString() {
    return os + "/" + architecture + variant.map(name -> "/" + name).orElse("");
  }
}
