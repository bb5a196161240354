package dev.berth.registry.pull;

import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import java.util.Optional;

/**
 * An image that is asked for. Prints as messages call it.
 *
 * @param image by its own name
 * @param place by the name that it is asked for with: another one where a mirror is configured.
 *     Logins, tokens and rights are those of the place
 */
record Asked(ImageReference image, ImageReference place) {
  /** Whether a mirror is asked, which the operator named. */
  boolean elsewhere() {
    return !place.equals(image);
  }

  /** Who is asked. */
  String registry() {
    return place.registry();
  }

  /** The repository's name there. */
  String path() {
    return place.path();
  }

  Optional<String> tag() {
    return place.tag();
  }

  Optional<Digest> digest() {
    return place.digest();
  }

  /** The same, but exactly this content of it. */
  Asked at(Digest content) {
    return new Asked(image.at(content), place.at(content));
  }

  @Override
  public String toString() {
    if (!elsewhere()) return image.toString();
    return "%s (at its mirror %s/%s)".formatted(image, registry(), path());
  }
}
