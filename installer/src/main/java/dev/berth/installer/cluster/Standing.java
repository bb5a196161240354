package dev.berth.installer.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.base.Problem;
import dev.berth.installer.manifests.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How an installation is. */
public record Standing(
    Optional<Instant> applied,
    Optional<String> version,
    Optional<String> unfinished,
    List<Component> components) {
  /**
   * One object that does something.
   *
   * @param image that it runs; empty for one that runs none
   */
  public record Component(
      String kind, String name, boolean well, String words, Optional<String> image) {}

  /** Whether all do what they are there for. */
  public boolean isWell() {
    return unfinished.isEmpty() && components.stream().allMatch(Component::well);
  }

  /** {@link Problem.Missing} where nothing was ever applied there. */
  public static Standing of(Target target, String namespace) {
    var applied = new Applied(target, namespace);
    var good = applied.good();
    var tried = applied.tried();
    if (good.isEmpty() && tried.isEmpty()) {
      throw new Problem.Missing(
          "The namespace %s at %s has no installation.".formatted(namespace, target.server()),
          "Bring it up: berth install apply.");
    }
    var readiness = new Readiness(target);
    var components = new ArrayList<Component>();
    for (var manifest : good.isEmpty() ? tried : good) {
      if (Readiness.matters(manifest)) components.add(component(manifest, readiness));
    }
    var ended = applied.ended();
    return new Standing(
        ended.map(Applied.Attempt::at),
        ended.map(Applied.Attempt::version),
        applied.begun().map(begun -> "%s began at %s".formatted(begun.who(), begun.at())),
        List.copyOf(components));
  }

  private static Component component(Manifest manifest, Readiness readiness) {
    JsonNode image = manifest.body().at("/spec/template/spec/containers/0/image");
    var runs = image.isMissingNode() ? Optional.<String>empty() : Optional.of(image.asText());
    return switch (readiness.of(manifest)) {
      case Readiness.Seen.Well(var words) ->
          new Component(manifest.kind(), manifest.name(), true, words, runs);
      case Readiness.Seen.NotYet(var why) ->
          new Component(manifest.kind(), manifest.name(), false, why, runs);
      case Readiness.Seen.Missing _ ->
          new Component(
              manifest.kind(), manifest.name(), false, "it is gone: apply once more", runs);
    };
  }
}
