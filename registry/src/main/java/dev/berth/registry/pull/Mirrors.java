package dev.berth.registry.pull;

import dev.berth.registry.ImageReference;
import java.util.Comparator;
import java.util.Map;

/**
 * Where the names of some registries are asked instead, and nowhere else: what a mirror does not
 * have, its registry is not asked for. A mirror's own names are not looked up again.
 *
 * @param places by the registry, or the part of one, whose names they answer for; of several the
 *     longest counts
 */
public record Mirrors(Map<RegistryPlace, RegistryPlace> places) {
  public static final Mirrors NONE = new Mirrors(Map.of());

  public Mirrors {
    places = Map.copyOf(places);
  }

  Asked asked(ImageReference image) {
    return places.entrySet().stream()
        .filter(mirror -> mirror.getKey().holds(image))
        .max(Comparator.comparingInt(mirror -> mirror.getKey().path().length()))
        .map(mirror -> new Asked(image, mirror.getValue().moved(image, mirror.getKey())))
        .orElseGet(() -> new Asked(image, image));
  }
}
