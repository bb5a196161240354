package dev.berth.installer.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.installer.manifests.Manifest;
import dev.berth.runtime.kubernetes.reading.Obstacle;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether an object of an installation does what it is there for, and why not. */
final class Readiness {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Target target;

  Readiness(Target target) {
    this.target = target;
  }

  /** What one is seen as. */
  sealed interface Seen {
    record Well(String words) implements Seen {}

    /** It may yet come. */
    record NotYet(String why) implements Seen {}

    record Missing() implements Seen {}
  }

  /** Whether there is anything to wait for. */
  static boolean matters(Manifest manifest) {
    return switch (manifest.kind()) {
      case "Deployment", "StatefulSet", "Certificate", "Service" -> true;
      default -> false;
    };
  }

  Seen of(Manifest manifest) {
    var found = target.find(manifest);
    if (found.isEmpty()) return new Seen.Missing();
    JsonNode object = JSON.valueToTree(found.get());
    return switch (manifest.kind()) {
      case "Deployment" -> deployment(manifest, object);
      case "StatefulSet" -> stateful(manifest, object);
      case "Certificate" -> certificate(object);
      case "Service" -> service(object);
      default -> new Seen.Well("there");
    };
  }

  private Seen deployment(Manifest manifest, JsonNode object) {
    var status = object.path("status");
    int wanted = object.path("spec").path("replicas").asInt(1);
    boolean seen =
        status.path("observedGeneration").asLong()
            >= object.path("metadata").path("generation").asLong();
    int updated = seen ? status.path("updatedReplicas").asInt() : 0;
    int available = seen ? status.path("availableReplicas").asInt() : 0;
    boolean old = status.path("replicas").asInt() > updated;
    if (updated >= wanted && available >= wanted && !old) {
      return new Seen.Well("%d of %d ready".formatted(available, wanted));
    }
    return new Seen.NotYet(
        "%d of %d ready%s".formatted(Math.min(available, updated), wanted, pods(manifest, object)));
  }

  private Seen stateful(Manifest manifest, JsonNode object) {
    var status = object.path("status");
    int wanted = object.path("spec").path("replicas").asInt(1);
    boolean seen =
        status.path("observedGeneration").asLong()
            >= object.path("metadata").path("generation").asLong();
    boolean current =
        status.path("currentRevision").asText().equals(status.path("updateRevision").asText());
    int ready = seen ? status.path("readyReplicas").asInt() : 0;
    if (seen && current && ready >= wanted) {
      return new Seen.Well("%d of %d ready".formatted(ready, wanted));
    }
    return new Seen.NotYet("%d of %d ready%s".formatted(ready, wanted, pods(manifest, object)));
  }

  /** What the newest pod that is not ready waits for. */
  private String pods(Manifest manifest, JsonNode object) {
    var selector = new LinkedHashMap<String, String>();
    object
        .at("/spec/selector/matchLabels")
        .properties()
        .forEach(label -> selector.put(label.getKey(), label.getValue().asText()));
    var pods = target.pods(manifest.namespace().orElse("default"), selector);
    for (var pod : newestFirst(pods)) {
      var why = Obstacle.of(pod, target.events(pod), Instant.now());
      if (why.isPresent()) {
        return ": %s: %s".formatted(pod.getMetadata().getName(), why.get());
      }
    }
    if (!pods.isEmpty()) return "";
    return failure(object).map(said -> ": " + said).orElse(": no pod has been made yet");
  }

  static List<Pod> newestFirst(List<Pod> pods) {
    return pods.stream()
        .sorted(
            Comparator.comparing((Pod pod) -> pod.getMetadata().getCreationTimestamp()).reversed())
        .toList();
  }

  /** Why no pod is made: a quota, a policy. */
  private static Optional<String> failure(JsonNode object) {
    return condition(object, "ReplicaFailure")
        .filter(condition -> condition.path("status").asText().equals("True"))
        .map(condition -> condition.path("message").asText());
  }

  private static Seen certificate(JsonNode object) {
    var ready = condition(object, "Ready");
    if (ready.isPresent() && ready.get().path("status").asText().equals("True")) {
      return new Seen.Well("good until " + object.at("/status/notAfter").asText());
    }
    return new Seen.NotYet(
        ready
            .map(condition -> condition.path("message").asText())
            .orElse("cert-manager has not looked at it yet"));
  }

  private static Seen service(JsonNode object) {
    if (!object.at("/spec/type").asText().equals("LoadBalancer")) return new Seen.Well("there");
    var address = address(object);
    return address
        .<Seen>map(Seen.Well::new)
        .orElseGet(() -> new Seen.NotYet("its load balancer has no address yet"));
  }

  /** What a load balancer answers at. */
  static Optional<String> address(JsonNode service) {
    var first = service.at("/status/loadBalancer/ingress/0");
    var address = first.path("ip").asText(first.path("hostname").asText());
    return address.isEmpty() ? Optional.empty() : Optional.of(address);
  }

  private static Optional<JsonNode> condition(JsonNode object, String type) {
    for (var condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) return Optional.of(condition);
    }
    return Optional.empty();
  }

  /** The last words of the pods of a manifest that are not ready. */
  String lastWords(Manifest manifest, int lines) {
    var selector = new LinkedHashMap<String, String>();
    manifest
        .body()
        .at("/spec/selector/matchLabels")
        .properties()
        .forEach(label -> selector.put(label.getKey(), label.getValue().asText()));
    if (selector.isEmpty()) return "";
    var pods = target.pods(manifest.namespace().orElse("default"), Map.copyOf(selector));
    return newestFirst(pods).stream()
        .filter(pod -> Obstacle.of(pod, List.of(), Instant.now()).isPresent())
        .findFirst()
        .map(pod -> target.log(pod, lines))
        .orElse("");
  }
}
