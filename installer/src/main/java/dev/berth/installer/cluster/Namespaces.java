package dev.berth.installer.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.base.Problem;
import dev.berth.installer.config.Install;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Stage;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The namespaces of an installation. Those that it made go with it; one that was there before is
 * the operator's, and is taken only where nobody else's pods run in it, as its network is closed.
 */
public final class Namespaces {
  /** Annotation: we made it. Server-side apply keeps it, as another manager of fields set it. */
  static final String MADE = "berth.dev/made-by-install";

  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final int NAMED = 5;

  private final Target target;

  public Namespaces(Target target) {
    this.target = target;
  }

  /** Why it cannot be an installation's; empty where it can, or is one already. */
  public Optional<String> objection(String name) {
    if (Install.isOfCluster(name)) return Optional.of("%s is the cluster's own".formatted(name));
    var found = found(name);
    if (found.isEmpty()) return Optional.empty();
    var labels = Optional.ofNullable(found.get().getMetadata().getLabels()).orElseGet(Map::of);
    var annotations =
        Optional.ofNullable(found.get().getMetadata().getAnnotations()).orElseGet(Map::of);
    if (annotations.containsKey(MADE)) return Optional.empty();
    if (Target.OWNER.equals(labels.get(MANAGED_BY))) return Optional.empty();
    var others =
        target.pods(name, Map.of()).stream()
            .filter(pod -> !isOfBerth(pod))
            .map(pod -> pod.getMetadata().getName())
            .limit(NAMED)
            .toList();
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "in %s run pods that are not Berth's: %s".formatted(name, String.join(", ", others)));
  }

  private static boolean isOfBerth(Pod pod) {
    var labels = Optional.ofNullable(pod.getMetadata().getLabels()).orElseGet(Map::of);
    return "berth".equals(labels.get("app.kubernetes.io/name"))
        || List.of("berth", Target.OWNER).contains(labels.getOrDefault(MANAGED_BY, ""));
  }

  /** A {@link Problem.Conflict} where it cannot be an installation's. */
  void mayTake(Manifest manifest) {
    objection(manifest.name())
        .ifPresent(why -> {
          throw new Problem.Conflict(
              "The namespace %s cannot be Berth's: %s.".formatted(manifest.name(), why),
              "Berth closes the network of its namespaces; name others in install.namespace and cluster.namespace.");
        });
  }

  Target.Change apply(Manifest manifest) {
    if (target.find(manifest).isPresent()) return target.apply(manifest);
    var made =
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(manifest.name())
            .addToAnnotations(MADE, "true")
            .endMetadata()
            .build();
    target.ask("Making " + manifest.key(), () -> target.client().resource(made).create());
    target.apply(manifest);
    return Target.Change.MADE;
  }

  /** Whether it is there and we made it. */
  boolean isMade(Manifest manifest) {
    return target
        .find(manifest)
        .map(found -> found.getMetadata().getAnnotations())
        .filter(annotations -> annotations.containsKey(MADE))
        .isPresent();
  }

  /** Those of {@code names} that we made and that are going. */
  List<Manifest> going(List<String> names) {
    return names.stream()
        .filter(this::isGoing)
        .map(name -> new Manifest(Stage.NAMESPACES, bare(name)))
        .toList();
  }

  /** Whether we made it, and it was deleted and is still there. */
  boolean isGoing(String name) {
    return found(name)
        .filter(one -> one.getMetadata().getDeletionTimestamp() != null)
        .map(one -> one.getMetadata().getAnnotations())
        .filter(annotations -> annotations.containsKey(MADE))
        .isPresent();
  }

  /** What the cluster says of why it is not gone. */
  String whyStill(String name) {
    var said =
        found(name).stream()
            .flatMap(
                one -> Stream.ofNullable(one.getStatus().getConditions()).flatMap(List::stream))
            .filter(condition -> "True".equals(condition.getStatus()))
            .map(condition -> String.valueOf(condition.getMessage()))
            .collect(Collectors.joining(" "));
    return "%s is going (%s)".formatted(name, said.isBlank() ? "it is emptied" : said);
  }

  private Optional<Namespace> found(String name) {
    return target.ask(
        "Looking for the namespace " + name,
        () -> Optional.ofNullable(target.client().namespaces().withName(name).get()));
  }

  private static ObjectNode bare(String name) {
    ObjectNode bare = new ObjectMapper().createObjectNode();
    bare.put("apiVersion", "v1").put("kind", "Namespace");
    bare.putObject("metadata").put("name", name);
    return bare;
  }

  /** Takes off it what we wrote on it. */
  void leave(Manifest manifest) {
    if (target.find(manifest).isEmpty()) return;
    target.apply(new Manifest(manifest.stage(), bare(manifest.name())));
  }
}
