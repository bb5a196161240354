package dev.berth.runtime.kubernetes;

import dev.berth.base.Problem;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.registry.ImageReference;
import dev.berth.registry.pull.ResolvedImage;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The making of an instance's secret and pod, where there is no pod of its workspace. */
final class Launch {
  private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

  private final Host host;
  private final Cluster cluster;
  private final InstanceSpec spec;
  private final WorkspaceId workspace;

  Launch(Host host, InstanceSpec spec) {
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
    var plan = plan(choice, resolve(choice.reference()));
    var secret = cluster.put(BootSecret.of(plan, contents()));
    host.sight().writes(workspace);
    try {
      var outcome = cluster.create(pod);
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
    var own = Marks.bootKey(spec.boot().instance().value());
    switch (outcome) {
      case Creation.Made _ -> {
        var others = new ArrayList<>(secret.getData().keySet());
        others.remove(own);
        others.removeAll(contents().keySet());
        cluster.drop(workspace, others);
      }
      case Creation.Taken _ -> {
        // It may be our own, where the answer to the first asking was lost.
        if (!cluster.pod(workspace).map(this::isOurs).orElse(false)) {
          cluster.drop(workspace, List.of(own));
        }
      }
      case Creation.Refused _ -> cluster.drop(workspace, List.of(own));
    }
  }

  private boolean isOurs(Pod pod) {
    return Reading.instance(pod).filter(spec.boot().instance()::equals).isPresent();
  }

  /** What the image says of itself; empty where its registry does not tell us. */
  private Optional<ResolvedImage> resolve(String reference) throws InterruptedException {
    if (host.options().registries().isEmpty()) return Optional.empty();
    try {
      return Optional.of(
          host.options().registries().get().resolve(ImageReference.parse(reference)));
    } catch (Problem problem) {
      // The nodes pull it, perhaps by a login that is not ours, and say what is wrong if they
      // cannot.
      LOG.info("{}: what {} says of itself is not known: {}", workspace, reference, problem.what());
      return Optional.empty();
    }
  }

  private BootPlan plan(ImageChoice choice, Optional<ResolvedImage> image) {
    var plan =
        spec.label()
            .with(
                spec.boot(),
                image.flatMap(ResolvedImage::metadata),
                image.flatMap(ResolvedImage::user));
    var env = new HashMap<String, String>();
    image.ifPresent(known -> env.putAll(known.env()));
    env.putAll(plan.env());
    var notices = new ArrayList<>(plan.notices());
    notices.addAll(choice.notices());
    if (!spec.sources().isEmpty()) {
      notices.add("Folders of the server are not shown on a cluster: " + spec.sources() + ".");
    }
    return plan.with(env, notices);
  }
}
