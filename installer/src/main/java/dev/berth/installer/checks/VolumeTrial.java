package dev.berth.installer.checks;

import dev.berth.base.Problem;
import dev.berth.installer.cluster.Target;
import dev.berth.installer.config.Install;
import dev.berth.installer.config.Stored;
import dev.berth.installer.manifests.CheckPod;
import dev.berth.installer.manifests.Place;
import dev.berth.protocol.check.Result;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Makes a small volume of each storage class that parts are to have, and takes it away again. */
final class VolumeTrial {
  /** Disks of clouds come within a minute; file shares of some take three. */
  static final Duration MADE = Duration.ofMinutes(5);

  /** Between two words of what is waited for. */
  private static final Duration TOLD = Duration.ofSeconds(30);

  private static final Duration GONE = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The least that disks of clouds have. */
  private static final String SIZE = "1Gi";

  /** They say that a pod is waited for, which is there. */
  private static final Set<String> NO_TROUBLE =
      Set.of("WaitForFirstConsumer", "WaitForPodScheduled", "Provisioning");

  private final Target target;
  private final KubernetesClient client;
  private final Install install;
  private final Clock clock;
  private final Trial trial;
  private final Consumer<String> progress;
  private final Duration patience;

  VolumeTrial(
      Target target,
      Install install,
      Clock clock,
      Trial trial,
      Consumer<String> progress,
      Duration patience) {
    this.target = target;
    this.client = target.client();
    this.install = install;
    this.clock = clock;
    this.trial = trial;
    this.progress = progress;
    this.patience = patience;
  }

  /** One result for each class; none where nothing needs a volume. */
  List<Result> run() throws InterruptedException {
    var results = new ArrayList<Result>();
    int number = 0;
    for (var of : install.stored().stream().map(Stored::storageClass).distinct().toList()) {
      results.addAll(tried(of, "volume-" + number++));
    }
    return results;
  }

  private List<Result> tried(Optional<String> storageClass, String name)
      throws InterruptedException {
    var hop = "volume of the storage class " + storageClass.orElse("that is the default");
    var at = trial.at(name, Place.CONTROL);
    progress.accept(
        "B301: making a %s; it is waited for %d s at most".formatted(hop, patience.toSeconds()));
    target.ask("Making the claim " + name, () -> client.resource(claim(at, storageClass)).create());
    var began = clock.instant();
    trial.make(CheckPod.withClaim(install, at, name, Trial.arguments("volume", CheckPod.DATA)));
    var ended = awaited(at, began.plus(patience));
    var log = ended instanceof Trial.Awaited.There(var pod) ? trial.log(pod) : "";
    if (!log.contains(VolumeProbe.GOOD)) return List.of(bad(hop, at, ended, log));
    var took = Duration.between(began, clock.instant());
    var left = end(at);
    var good =
        Result.good(
            "B301",
            hop,
            "made, mounted, written and read within %d s%s"
                .formatted(took.toSeconds(), left.isEmpty() ? ", and gone" : ""));
    if (left.isEmpty()) return List.of(good);
    return List.of(
        good,
        Result.doubtful(
            "B301",
            hop,
            "The volume %s is still there.".formatted(left.get()),
            "So volumes outlive what they are made for: remove --data leaves them, too.",
            "kubectl delete pv %s, and what is behind it at the provider; the class's reclaimPolicy and its driver's log say why."
                .formatted(left.get())));
  }

  private Trial.Awaited awaited(CheckPod.At at, Instant until) throws InterruptedException {
    while (true) {
      var left = Duration.between(clock.instant(), until);
      var next = left.compareTo(TOLD) < 0 ? left : TOLD;
      var seen = trial.await(at.name(), at.namespace(), Trial::isOver, next);
      if (seen instanceof Trial.Awaited.There || !clock.instant().isBefore(until)) return seen;
      progress.accept(
          "B301: %d s more: %s"
              .formatted(
                  Duration.between(clock.instant(), until).toSeconds(),
                  said(at).orElse(((Trial.Awaited.Late) seen).why())));
    }
  }

  private static PersistentVolumeClaim claim(CheckPod.At at, Optional<String> storageClass) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(at.name())
        .withNamespace(at.namespace())
        .addToLabels(CheckPod.OF_CHECK, at.name())
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName(storageClass.orElse(null))
        .withNewResources()
        .withRequests(Map.of("storage", new Quantity(SIZE)))
        .endResources()
        .endSpec()
        .build();
  }

  private Result bad(String hop, CheckPod.At at, Trial.Awaited ended, String log) {
    var why =
        said(at)
            .or(() ->
                ended instanceof Trial.Awaited.Late(var late)
                    ? Optional.of(late)
                    : Optional.empty())
            .orElseGet(() -> log.isBlank() ? "its pod said nothing" : last(log));
    return Result.bad(
        "B301",
        hop,
        "No pod gets one: %s.".formatted(why.replaceFirst("\\.$", "")),
        "Database, object store and registry in the cluster keep all they have in such volumes.",
        "See that the class's driver runs (EKS: the add-on aws-ebs-csi-driver with its IAM role; kubectl get csidrivers, kubectl -n kube-system get pods), or name another class in install.*.storageClass.");
  }

  private static String last(String log) {
    return log.lines().reduce((_, line) -> line).orElse(log);
  }

  /** The newest words of the cluster about the claim, those of trouble first. */
  private Optional<String> said(CheckPod.At at) {
    var events =
        target.ask(
            "Reading what was reported of " + at.name(),
            () ->
                client
                    .v1()
                    .events()
                    .inNamespace(at.namespace())
                    .withField("involvedObject.name", at.name())
                    .list()
                    .getItems());
    return events.stream()
        .filter(event -> "PersistentVolumeClaim".equals(event.getInvolvedObject().getKind()))
        .filter(event -> !NO_TROUBLE.contains(String.valueOf(event.getReason())))
        .max(
            Comparator.<Event, Boolean>comparing(event -> "Warning".equals(event.getType()))
                .thenComparing(VolumeTrial::when))
        .map(event -> String.valueOf(event.getMessage()).strip());
  }

  private static Instant when(Event event) {
    var time = Optional.ofNullable(event.getLastTimestamp());
    return time.map(Instant::parse).orElse(Instant.EPOCH);
  }

  /** Takes pod, claim and volume away; the volume's name where it stays. */
  private Optional<String> end(CheckPod.At at) throws InterruptedException {
    var claim =
        target.ask(
            "Looking at the claim " + at.name(),
            () ->
                client
                    .persistentVolumeClaims()
                    .inNamespace(at.namespace())
                    .withName(at.name())
                    .get());
    var volume = Optional.ofNullable(claim).map(one -> one.getSpec().getVolumeName());
    volume.ifPresent(this::deletable);
    target.ask(
        "Removing " + at.name(),
        () -> client.pods().inNamespace(at.namespace()).withName(at.name()).delete());
    target.ask(
        "Removing the claim " + at.name(),
        () ->
            client
                .persistentVolumeClaims()
                .inNamespace(at.namespace())
                .withName(at.name())
                .delete());
    var until = clock.instant().plus(GONE);
    while (volume.isPresent() && isThere(volume.get())) {
      if (clock.instant().isAfter(until)) return volume;
      Thread.sleep(LOOK);
    }
    return Optional.empty();
  }

  /** This one, whatever its class says of others; who may not change it is told if it stays. */
  private void deletable(String volume) {
    try {
      target.ask(
          "Changing the volume " + volume,
          () ->
              client
                  .persistentVolumes()
                  .withName(volume)
                  .patch(
                      PatchContext.of(PatchType.STRATEGIC_MERGE),
                      "{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Delete\"}}"));
    } catch (Problem mayNot) {
      progress.accept("B301: " + mayNot.what());
    }
  }

  /** One that nobody may look at is taken for gone: nothing is known of it. */
  private boolean isThere(String volume) {
    try {
      Optional<PersistentVolume> found =
          target.ask(
              "Looking at the volume " + volume,
              () -> Optional.ofNullable(client.persistentVolumes().withName(volume).get()));
      return found.isPresent();
    } catch (Problem.Conflict mayNot) {
      return false;
    }
  }
}
