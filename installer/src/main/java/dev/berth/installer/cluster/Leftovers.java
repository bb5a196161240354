package dev.berth.installer.cluster;

import dev.berth.base.Problem;
import dev.berth.installer.manifests.Manifest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was asked to end and does not: why, and how it is taken away nevertheless. */
final class Leftovers {
  private static final String BARE = "{\"metadata\":{\"finalizers\":null}}";
  private static final int NAMED = 5;

  private final Target target;

  Leftovers(Target target) {
    this.target = target;
  }

  static boolean isAny(KubernetesResourceList<?> list) {
    return !list.getItems().isEmpty();
  }

  /** Why a pod's node ends it no more, in words; empty where it may. */
  Optional<String> lost(Pod pod) {
    var name = pod.getSpec().getNodeName();
    if (name == null) return Optional.empty();
    try {
      var node =
          target.ask(
              "Looking at the node " + name,
              () -> Optional.ofNullable(target.client().nodes().withName(name).get()));
      if (node.isEmpty()) return Optional.of("its node %s is not there any more".formatted(name));
      boolean ready =
          node.get().getStatus().getConditions().stream()
              .filter(condition -> condition.getType().equals("Ready"))
              .noneMatch(condition -> condition.getStatus().equals("Unknown"));
      return ready ? Optional.empty() : Optional.of("its node %s does not answer".formatted(name));
    } catch (Problem.Conflict mayNot) {
      return Optional.empty(); // who may not look at nodes waits for them
    }
  }

  /** What holds some of them. */
  String why(List<Pod> pods) {
    return pods.stream()
            .limit(NAMED)
            .map(pod -> pod.getMetadata().getName() + " (" + why(pod) + ")")
            .collect(Collectors.joining(", "))
        + (pods.size() > NAMED ? ", ..." : "");
  }

  private String why(Pod pod) {
    var finalizers = Optional.ofNullable(pod.getMetadata().getFinalizers()).orElseGet(List::of);
    if (!finalizers.isEmpty()) return "held by " + String.join(", ", finalizers);
    if (pod.getMetadata().getDeletionTimestamp() == null) return "it runs";
    return lost(pod).orElse("it ends");
  }

  /** Its containers may run on where nobody sees them; the fence of saves keeps them out. */
  void take(Pod pod, String why, Consumer<String> progress) {
    progress.accept(
        "taken away without a last save, as %s: %s".formatted(why, pod.getMetadata().getName()));
    release(pod);
    target.ask(
        "Taking away the pod " + pod.getMetadata().getName(),
        () -> target.client().resource(pod).withGracePeriod(0).delete());
  }

  private void release(HasMetadata one) {
    var finalizers = one.getMetadata().getFinalizers();
    if (finalizers == null || finalizers.isEmpty()) return;
    target.ask(
        "Taking the finalizers off " + one.getMetadata().getName(),
        () -> target.client().resource(one).patch(PatchContext.of(PatchType.JSON_MERGE), BARE));
  }

  /** So that it goes, whoever wanted to do something first. */
  void release(Manifest manifest, Consumer<String> progress) {
    target
        .find(manifest)
        .filter(Leftovers::isHeld)
        .ifPresent(found -> {
          progress.accept(
              "taken off %s: the finalizers %s; what they stand for may stay outside of the cluster"
                  .formatted(
                      manifest.key(), String.join(", ", found.getMetadata().getFinalizers())));
          target.merge(manifest, BARE);
        });
  }

  private static boolean isHeld(GenericKubernetesResource found) {
    var finalizers = found.getMetadata().getFinalizers();
    return finalizers != null && !finalizers.isEmpty();
  }

  /** All that Berth makes, and pods, of a namespace that is going. */
  void releaseAll(String namespace, List<Manifest> there, Consumer<String> progress) {
    there.stream()
        .filter(one -> one.namespace().filter(namespace::equals).isPresent())
        .forEach(one -> release(one, progress));
    var client = target.client();
    target.ask(
        "Looking for what holds " + namespace,
        () -> {
          Stream.of(
                  client.pods().inNamespace(namespace).list().getItems(),
                  client.secrets().inNamespace(namespace).list().getItems(),
                  client.configMaps().inNamespace(namespace).list().getItems(),
                  client.persistentVolumeClaims().inNamespace(namespace).list().getItems())
              .flatMap(List::stream)
              .filter(one -> one.getMetadata().getDeletionTimestamp() != null)
              .forEach(this::release);
          return true;
        });
  }
}
