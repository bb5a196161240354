package dev.berth.runtime.kubernetes;

import dev.berth.protocol.Notice;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.cluster.Creation;
import dev.berth.runtime.kubernetes.pod.BootSecret;
import dev.berth.runtime.kubernetes.pod.ImageChoice;
import dev.berth.runtime.kubernetes.pod.Marks;
import dev.berth.runtime.kubernetes.pod.PodOf;
import dev.berth.runtime.kubernetes.reading.Reading;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The making of an instance's secret and pod, where there is no pod of its workspace. */
final class Launch {
  private final Host host;
  private final Cluster cluster;
  private final InstanceSpec spec;
  private final WorkspaceId workspace;
  private final BooleanSupplier holds;

  /**
   * One that has not begun.
   *
   * @param holds whether it is still this process that makes pods
   */
  Launch(Host host, InstanceSpec spec, BooleanSupplier holds) {
    this.holds = holds;
    this.host = host;
    this.cluster = host.cluster();
    this.spec = spec;
    this.workspace = spec.workspace();
  }

  /** Blocks until the cluster has the pod, or another's of the same workspace, or refused it. */
  Creation run() throws InterruptedException {
    host.closeNetwork();
    var choice = ImageChoice.of(spec.image(), host.options().pods().defaultImage());
    var pod = new PodOf(host.options().pods(), host.abilities()).of(spec, choice.reference());
    var plan = plan(choice, host.words(choice.reference()));
    if (!holds.getAsBoolean()) return new Creation.Taken(); // whoever goes on asks again
    var secret = cluster.put(BootSecret.of(plan, contents(), host.options().pods().installation()));
    host.sight().writes(workspace);
    try {
      var outcome = holds.getAsBoolean() ? cluster.create(pod) : new Creation.Taken();
      tidy(outcome, secret);
      return outcome;
    } finally {
      host.sight().writes(workspace);
    }
  }

  /** What only the content container sees. */
  private Map<String, String> contents() {
    return host.options()
        .pods()
        .content()
        .map(content -> content.secrets().apply(spec.boot().owner().id()))
        .orElse(Map.of());
  }

  /** Whose pod it is not takes his plan away; whose it is, what others left. */
  private void tidy(Creation outcome, Secret secret) {
    var instance = spec.boot().instance().value();
    var own = List.of(Marks.bootKey(instance), Marks.tokenKey(instance));
    switch (outcome) {
      case Creation.Made _ -> {
        var others = new ArrayList<>(secret.getData().keySet());
        others.removeAll(own);
        others.removeAll(contents().keySet());
        cluster.drop(workspace, others);
      }
      case Creation.Taken _ -> {
        // It may be our own, where the answer to the first asking was lost.
        if (!cluster.pod(workspace).map(this::isOurs).orElse(false)) {
          cluster.drop(workspace, own);
        }
      }
      case Creation.Refused _ -> cluster.drop(workspace, own);
    }
  }

  private boolean isOurs(Pod pod) {
    return Reading.instance(pod).filter(spec.boot().instance()::equals).isPresent();
  }

  private BootPlan plan(ImageChoice choice, Optional<ImageWords.Said> image) {
    var plan =
        spec.label()
            .with(
                spec.boot(),
                image.flatMap(ImageWords.Said::metadata),
                image.flatMap(ImageWords.Said::user));
    var env = new HashMap<String, String>();
    image.ifPresent(known -> env.putAll(known.env()));
    env.putAll(plan.env());
    var notices = new ArrayList<>(plan.notices());
    notices.addAll(choice.notices());
    if (!spec.sources().isEmpty()) {
      notices.add(
          Notice.error(
              "Folders of the server are not shown on a cluster: " + spec.sources() + "."));
    }
    return plan.with(env, notices);
  }
}
