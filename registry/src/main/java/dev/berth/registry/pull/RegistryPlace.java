package dev.berth.registry.pull;

import dev.berth.base.Problem;
import dev.berth.registry.ImageReference;
import java.util.Locale;

/**
 * A registry, or a part of one.
 *
 * @param registry as in a reference: {@code docker.io}, {@code localhost:5000}
 * @param path what names in that part begin with; empty for all of the registry
 */
public record RegistryPlace(String registry, String path) {
  /** What makes a reference of any place: the hub puts something before a name of one part. */
  private static final String SOME_NAME = "/a/b";

  /**
   * The place that {@code text} is, whole: {@code ghcr.io}, {@code localhost:5000/mirror}. Its
   * {@link IllegalArgumentException} says what must be.
   */
  public static RegistryPlace parse(String text) {
    try {
      var some = ImageReference.parse(text + SOME_NAME);
      var place = new RegistryPlace(some.registry(), cut(some.path()));
      // A name without a host is one of the hub's to a reference, and a mistype here.
      if (hasHost(text, place)) return place;
    } catch (Problem.Invalid _) {
      // Told below: its own words are about an image.
    }
    throw new IllegalArgumentException(
        "must be a registry such as ghcr.io or registry.internal:5000, or a part of one such as"
            + " registry.internal:5000/mirror");
  }

  private static String cut(String path) {
    var whole = "/" + path;
    var begin = whole.substring(0, whole.length() - SOME_NAME.length());
    return begin.isEmpty() ? "" : begin.substring(1);
  }

  private static boolean hasHost(String text, RegistryPlace place) {
    var first = text.split("/", 2)[0].toLowerCase(Locale.ROOT);
    return first.equals(place.registry) || first.equals("index." + place.registry);
  }

  boolean holds(ImageReference image) {
    return image.registry().equals(registry)
        && (path.isEmpty() || image.path().startsWith(path + "/"));
  }

  /** What has {@code image}'s name in {@code here}, by its name in this place. */
  ImageReference moved(ImageReference image, RegistryPlace here) {
    var rest = here.path.isEmpty() ? image.path() : image.path().substring(here.path.length() + 1);
    return new ImageReference(
        registry, path.isEmpty() ? rest : path + "/" + rest, image.tag(), image.digest());
  }

  @Override
  public String toString() {
    return path.isEmpty() ? registry : registry + "/" + path;
  }
}
