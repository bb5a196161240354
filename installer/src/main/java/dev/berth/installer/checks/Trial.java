package dev.berth.installer.checks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.base.Problem;
import dev.berth.base.process.AtEnd;
import dev.berth.installer.cluster.Target;
import dev.berth.installer.config.Install;
import dev.berth.installer.config.Stored;
import dev.berth.installer.manifests.CheckPod;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Place;
import dev.berth.installer.manifests.Stage;
import dev.berth.protocol.check.Result;
import dev.berth.runtime.kubernetes.reading.Obstacle;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What only pods can tell: they are made in a namespace of their own, which goes at the end. */
final class Trial {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LOOK = Duration.ofMillis(500);

  /** A node that has the image starts a pod in seconds; one that has not pulls some 100 MB. */
  private static final Duration STARTS = Duration.ofMinutes(3);

  /** Rules of networks take effect within seconds. */
  private static final Duration ENFORCED = Duration.ofSeconds(30);

  /** No check takes that long. */
  private static final Duration OLD = Duration.ofHours(1);

  private static final int PORT = 8080;

  private static final Set<String> NOT_PULLED =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "RegistryUnavailable");

  private final Target target;
  private final KubernetesClient client;
  private final Install install;
  private final Clock clock;
  private final String namespace;

  private final Consumer<String> progress;
  private final Duration volumes;

  /**
   * Nothing is made yet.
   *
   * @param progress is told what is waited for that may take minutes
   */
  Trial(Target target, Install install, Clock clock, Consumer<String> progress) {
    this(target, install, clock, progress, VolumeTrial.MADE);
  }

  Trial(Target target, Install install, Clock clock, Consumer<String> progress, Duration volumes) {
    this.volumes = volumes;
    this.target = target;
    this.client = target.client();
    this.install = install;
    this.clock = clock;
    this.progress = progress;
    this.namespace = "berth-check-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /**
   * All results.
   *
   * @param settings manifests of settings and secrets, for what pods need before there are any
   * @param shown the serial number of the gateway's certificate, where it is known
   */
  List<Result> run(List<Manifest> settings, Optional<String> shown) throws InterruptedException {
    return inside(results -> {
      attempt(results, "B605", "secrets for pulling images", () -> logins(results));
      attempt(results, "B301", "volumes", () -> results.addAll(volumes()));
      attempt(results, "B601", "rules of the network (NetworkPolicy)", () -> network(results));
      attempt(results, "B603", "user namespaces of pods", () -> results.add(users()));
      attempt(results, "B604", "images", () -> images(results));
      attempt(
          results, "B700", "what a role needs, from a pod", () -> inside(results, settings, shown));
    });
  }

  List<Result> volumes() throws InterruptedException {
    return new VolumeTrial(target, install, clock, this, progress, volumes).run();
  }

  /** Several steps. */
  interface Steps {
    void take(List<Result> results) throws InterruptedException;
  }

  /** Their results, while there is a namespace to take them in. */
  List<Result> inside(Steps steps) throws InterruptedException {
    try {
      sweep();
      target.ask("Making the namespace " + namespace, () -> client.resource(ofTrial()).create());
    } catch (Problem problem) {
      return List.of(
          Result.bad("B600", "pods that try things out", "Nothing can be tried.", problem));
    }
    // Secrets are in it: who breaks the check off takes it away, too.
    try (var _ = AtEnd.of(this::end)) {
      var results = new ArrayList<Result>();
      steps.take(results);
      return results;
    }
  }

  /** Something that is tried out. */
  private interface Step {
    void take() throws InterruptedException;
  }

  /** One that the cluster refuses is bad, and the next is tried all the same. */
  private static void attempt(List<Result> results, String code, String hop, Step step)
      throws InterruptedException {
    try {
      step.take();
    } catch (Problem problem) {
      results.add(Result.bad(code, hop, "It could not be tried out.", problem));
    }
  }

  /** Namespaces of checks that died. */
  private void sweep() {
    var old = clock.instant().minus(OLD);
    try {
      var left =
          target.ask(
              "Looking for what earlier checks left",
              () -> client.namespaces().withLabel(CheckPod.OF_CHECK).list().getItems());
      for (var one : left) {
        if (!Instant.parse(one.getMetadata().getCreationTimestamp()).isBefore(old)) continue;
        target.ask("Removing " + one.getMetadata().getName(), () -> client.resource(one).delete());
      }
    } catch (Problem.Conflict mayNot) {
      // Who may not list namespaces leaves them to who may.
    }
  }

  private void end() {
    try {
      client.namespaces().withName(namespace).delete();
    } catch (KubernetesClientException e) {
      // The next check sweeps it.
    }
  }

  /** Pods here pull images with the same logins as Berth's own will. */
  private void logins(List<Result> results) {
    for (var name : install.pullSecrets()) results.add(login(name));
  }

  private Result login(String name) {
    var hop = "secret %s, which cluster.pullSecrets names".formatted(name);
    var missing = new ArrayList<String>();
    var there = new ArrayList<Secret>();
    for (var place : List.of(install.namespace(), install.workspaces())) {
      var found =
          target.ask(
              "Looking for the secret " + name,
              () -> Optional.ofNullable(client.secrets().inNamespace(place).withName(name).get()));
      found.ifPresentOrElse(there::add, () -> missing.add(place));
    }
    there.stream().findFirst().ifPresent(this::copy);
    if (missing.isEmpty()) return Result.good("B605", hop, "in both namespaces");
    return Result.bad(
        "B605",
        hop,
        "It is not in %s.".formatted(String.join(", ", missing)),
        "Nodes pull the images of each namespace's pods with it; it must be there before apply.",
        missing.stream()
            .map(place ->
                "kubectl create namespace %1$s; kubectl -n %1$s create secret docker-registry %2$s --docker-server=... --docker-username=... --docker-password=..."
                    .formatted(place, name))
            .collect(Collectors.joining("; ")));
  }

  private void copy(Secret found) {
    var name = found.getMetadata().getName();
    var copy =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
            .endMetadata()
            .withType(found.getType())
            .withData(found.getData())
            .build();
    target.ask("Copying the secret " + name, () -> client.resource(copy).create());
  }

  private io.fabric8.kubernetes.api.model.Namespace ofTrial() {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(namespace)
        .addToLabels("app.kubernetes.io/managed-by", "berth-install")
        .addToLabels(CheckPod.OF_CHECK, "namespace")
        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
        .addToAnnotations(
            Manifest.WHY, "berth install check tries things out here; it goes by itself.")
        .endMetadata()
        .build();
  }

  private void network(List<Result> results) throws InterruptedException {
    var hop = "rules of the network (NetworkPolicy)";
    make(CheckPod.ofBerth(install, at("server", Place.WORKSPACE), arguments("listen", "" + PORT)));
    var server = await("server", namespace, Trial::runs, STARTS);
    if (server instanceof Awaited.Late(var why)) {
      results.add(
          Result.bad(
              "B600",
              "Berth's image on a node",
              "A pod of %s does not start: %s.".formatted(install.image(), why),
              "Control, gateway and what saves files in workspaces' pods run that image.",
              "See that nodes may pull it (cluster.pullSecrets, a registry that they trust), and that one has room."));
      results.add(Result.skipped("B601", hop, "no pod of Berth's image starts"));
      results.add(
          Result.skipped("B602", "pods of different nodes", "no pod of Berth's image starts"));
      return;
    }
    var first = ((Awaited.There) server).pod();
    results.add(
        Result.good(
            "B600",
            "Berth's image on a node",
            "%s runs on %s".formatted(install.image(), first.getSpec().getNodeName())));
    var address = first.getStatus().getPodIP();
    make(
        CheckPod.apartFrom(
            "server",
            install,
            at("client", Place.GATEWAY),
            arguments("reach", address, "" + PORT)));
    var other = await("client", namespace, pod -> log(pod).contains("yes"), STARTS);
    if (other instanceof Awaited.Late(var why)) {
      results.add(Result.skipped("B601", hop, "pods do not reach each other in the first place"));
      results.add(
          Result.bad(
              "B602",
              "pods of different nodes",
              "A pod in the gateway's place does not get 1 MiB to one in a workspace's: %s."
                  .formatted(why),
              "That is the way of all that people do. Large packets get lost where the pods' MTU is larger than the network's.",
              "See the MTU of your network plugin, firewalls between nodes, and that nodes for the gateway are there (B201)."));
      return;
    }
    var second = ((Awaited.There) other).pod();
    results.add(between(first, second));
    results.add(enforced(hop, second));
  }

  private static Result between(Pod first, Pod second) {
    var one = first.getSpec().getNodeName();
    var two = second.getSpec().getNodeName();
    return one.equals(two)
        ? Result.skipped("B602", "pods of different nodes", "there is only one with room, " + one)
        : Result.good(
            "B602", "pods of different nodes", "1 MiB goes from %s to %s".formatted(two, one));
  }

  private Result enforced(String hop, Pod client) throws InterruptedException {
    var rule =
        new NetworkPolicyBuilder()
            .withNewMetadata()
            .withName("nobody")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .withNewPodSelector()
            .addToMatchLabels("berth.dev/check", "server")
            .endPodSelector()
            .withPolicyTypes("Ingress")
            .endSpec()
            .build();
    var began = clock.instant();
    target.ask("Making a rule of the network", () -> this.client.resource(rule).create());
    var until = began.plus(ENFORCED);
    while (clock.instant().isBefore(until)) {
      var tries = log(client).lines().toList();
      boolean refused =
          tries.size() > 2
              && tries.subList(tries.size() - 2, tries.size()).stream()
                  .allMatch(line -> line.startsWith("no"));
      if (refused) {
        return Result.good(
            "B601",
            hop,
            "enforced %d s after it was made"
                .formatted(Duration.between(began, clock.instant()).toSeconds()));
      }
      Thread.sleep(LOOK);
    }
    return Result.bad(
        "B601",
        hop,
        "A pod that nobody may reach is still reached after %d s.".formatted(ENFORCED.toSeconds()),
        "Workspaces are kept from each other and from the cluster by such rules only.",
        "Use a network plugin that enforces them, as Calico (the guides'), Cilium or kube-router; on GKE --enable-network-policy.");
  }

  /** By looking from inside whose number root has outside. */
  private Result users() throws InterruptedException {
    var hop = "user namespaces of pods";
    var pod = CheckPod.ofBerth(install, at("users", Place.WORKSPACE), arguments("users"));
    ((ObjectNode) pod.get("spec")).put("hostUsers", false);
    make(pod);
    var ended = await("users", namespace, Trial::isOver, STARTS);
    if (ended instanceof Awaited.There(var there)) {
      var said = log(there).strip();
      boolean mapped = said.lines().anyMatch(line -> line.startsWith("root is"));
      if (mapped && !said.contains("root is 0")) return Result.good("B603", hop, said);
    }
    return Result.doubtful(
        "B603",
        hop,
        ended instanceof Awaited.Late(var why)
            ? "A pod with hostUsers: false does not start: %s.".formatted(why)
            : "The cluster does not map users, though it is asked to (hostUsers: false).",
        "Without, who is root inside a workspace has the node's number of root, with fewer capabilities.",
        "Use Kubernetes 1.33, containerd 2 and a kernel from 6.3 on; or go on without: cluster.userNamespaces: none.");
  }

  /** An image and where it must be pulled. */
  private record Wanted(String name, String image, Place place) {}

  private void images(List<Result> results) throws InterruptedException {
    var images = new LinkedHashSet<Wanted>();
    images.add(new Wanted("image-of-workspaces", install.workspaceImage(), Place.WORKSPACE));
    images.add(new Wanted("image-of-prebuilds", install.workspaceImage(), Place.PREBUILD));
    for (var image : install.stored().stream().map(Stored::image).distinct().toList()) {
      images.add(new Wanted("image-" + images.size(), image, Place.CONTROL));
    }
    for (var one : images)
      make(CheckPod.ofImage(install, at(one.name(), one.place()), one.image()));
    for (var one : images) results.add(image(one));
  }

  private Result image(Wanted wanted) throws InterruptedException {
    var hop =
        "image %s where %s runs"
            .formatted(
                wanted.image(),
                wanted.place() == Place.CONTROL ? "what is in the cluster" : wanted.place());
    var seen = await(wanted.name(), namespace, Trial::isPulledOrNot, STARTS);
    if (seen instanceof Awaited.There(var pod)) {
      var refused = waiting(pod).filter(NOT_PULLED::contains);
      if (refused.isEmpty()) {
        return Result.good("B604", hop, "pulled by " + pod.getSpec().getNodeName());
      }
      return Result.bad(
          "B604",
          hop,
          "%s cannot pull it: %s."
              .formatted(
                  pod.getSpec().getNodeName(),
                  Obstacle.of(pod, target.events(pod), clock.instant()).orElse(refused.get())),
          "A part of the installation or each workspace needs it.",
          "See its name, the registry's login (cluster.pullSecrets) and that nodes reach it; berth install images --to copies all to a registry of yours.");
    }
    return Result.doubtful(
        "B604",
        hop,
        "It is not there after %d s: %s."
            .formatted(STARTS.toSeconds(), ((Awaited.Late) seen).why()),
        "A first start waits for it.",
        "Check once more; a node keeps what it has pulled.");
  }

  /** From where a role is, with what it has. */
  private void inside(List<Result> results, List<Manifest> settings, Optional<String> shown)
      throws InterruptedException {
    var there = target.control(install.namespace());
    boolean installed = there.isPresent();
    var control = there.orElseGet(() -> target.control(settings));
    if (!installed && (install.database().isPresent() || install.objects().isPresent())) {
      results.add(
          Result.skipped(
              "B701",
              "database and object store from a pod",
              "they are in the cluster and come with apply"));
    }
    var where = installed ? install.namespace() : namespace;
    var mark = "berth-check-" + UUID.randomUUID().toString().substring(0, 8);
    var places = List.of(Place.CONTROL, Place.WORKSPACE);
    try {
      if (!installed) {
        for (var manifest : settings) {
          if (manifest.stage() == Stage.SETTINGS) make(moved(manifest));
        }
      }
      for (var place : places) {
        var at = new CheckPod.At(where, named(mark, place), place, priority(place));
        make(
            CheckPod.like(
                control,
                install,
                at,
                arguments(
                    "look",
                    installed ? "all" : "outside",
                    "" + sshPort(),
                    shown.orElse("-"),
                    word(place))));
      }
      for (var place : places) look(results, where, named(mark, place), place);
    } finally {
      for (var place : places) {
        if (installed) client.pods().inNamespace(where).withName(named(mark, place)).delete();
      }
    }
  }

  private static String word(Place place) {
    return place.name().toLowerCase(Locale.ROOT);
  }

  private static String named(String mark, Place place) {
    return mark + "-" + word(place);
  }

  /** The database is control's only; workspaces save to the store, and programs in them call us. */
  private void look(List<Result> results, String where, String name, Place place)
      throws InterruptedException {
    var ended = await(name, where, Trial::isOver, STARTS);
    var log = ended instanceof Awaited.There(var pod) ? log(pod) : "";
    var found = Inside.Results.in(log);
    if (found.isPresent()) {
      for (var one : found.get().results()) {
        var hop = one.hop().replace("from a pod", "from where %s runs".formatted(place));
        results.add(new Result(one.code(), hop, one.outcome()));
      }
      return;
    }
    results.add(
        Result.bad(
            "B700",
            "what %s needs, from where it runs".formatted(place),
            ended instanceof Awaited.Late(var why)
                ? "The pod that looks does not end: %s.".formatted(why)
                : "The pod that looks said: %s.".formatted(last(log)),
            place == Place.CONTROL
                ? "So nothing is known of the database and the object store."
                : "So nothing is known of the way to the object store and back in.",
            "See that cluster.image is of this version of Berth, and that nodes are there (B201)."));
  }

  private int sshPort() {
    return install.publicSshPort().orElse(0);
  }

  private ObjectNode moved(Manifest manifest) {
    var body = manifest.body().deepCopy();
    ((ObjectNode) body.get("metadata")).put("namespace", namespace);
    return body;
  }

  private static String last(String log) {
    return log.lines().reduce((_, line) -> line).orElse("nothing");
  }

  CheckPod.At at(String name, Place place) {
    return new CheckPod.At(namespace, name, place, priority(place));
  }

  /** What apply has yet to make no pod can name. */
  private Optional<String> priority(Place place) {
    try {
      return place
          .priority(install)
          .filter(name ->
              target.ask(
                      "Looking for the priority class " + name,
                      () -> client.scheduling().v1().priorityClasses().withName(name).get())
                  != null);
    } catch (Problem.Conflict mayNot) {
      return Optional.empty(); // who may not look tries without
    }
  }

  static List<String> arguments(String... words) {
    return Stream.concat(Stream.of("install", "probe"), Stream.of(words)).toList();
  }

  void make(ObjectNode body) {
    try {
      var object = JSON.treeToValue(body, GenericKubernetesResource.class);
      target.ask(
          "Making " + body.at("/metadata/name").asText(),
          () ->
              client
                  .resource(object)
                  .inNamespace(body.at("/metadata/namespace").asText())
                  .create());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no object can be made of " + body, e);
    }
  }

  sealed interface Awaited {
    record There(Pod pod) implements Awaited {}

    record Late(String why) implements Awaited {}
  }

  Awaited await(String name, String place, Predicate<Pod> done, Duration patience)
      throws InterruptedException {
    var until = clock.instant().plus(patience);
    while (true) {
      var pod =
          target.ask(
              "Looking at " + name, () -> client.pods().inNamespace(place).withName(name).get());
      if (pod == null) return new Awaited.Late("somebody took it away");
      if (done.test(pod)) return new Awaited.There(pod);
      var why = why(pod);
      boolean hopeless =
          isOver(pod)
              || waiting(pod).filter(NOT_PULLED::contains).filter(_ -> isOld(pod)).isPresent();
      if (hopeless || clock.instant().isAfter(until)) return new Awaited.Late(why);
      Thread.sleep(LOOK);
    }
  }

  private String why(Pod pod) {
    if (isOver(pod)) return "it ended: " + last(log(pod));
    return Obstacle.of(pod, target.events(pod), clock.instant())
        .orElse("it runs, and says nothing");
  }

  /** A pull that fails at once may succeed at the second time. */
  private boolean isOld(Pod pod) {
    return Instant.parse(pod.getMetadata().getCreationTimestamp())
        .isBefore(clock.instant().minusSeconds(30));
  }

  private static boolean runs(Pod pod) {
    return "Running".equals(pod.getStatus().getPhase()) && pod.getStatus().getPodIP() != null;
  }

  static boolean isOver(Pod pod) {
    return Set.of("Succeeded", "Failed").contains(pod.getStatus().getPhase());
  }

  private static boolean isPulledOrNot(Pod pod) {
    if (isOver(pod)) return true;
    var reason = waiting(pod);
    return reason.isPresent()
        && !Set.of("ContainerCreating", "PodInitializing", "ErrImagePull").contains(reason.get());
  }

  private static Optional<String> waiting(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .map(status -> Optional.ofNullable(status.getState()).map(ContainerState::getWaiting))
        .flatMap(Optional::stream)
        .map(waiting -> String.valueOf(waiting.getReason()))
        .findFirst();
  }

  String log(Pod pod) {
    try {
      return client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(pod.getMetadata().getName())
          .tailingLines(100)
          .getLog();
    } catch (KubernetesClientException e) {
      return ""; // it has not begun
    }
  }
}
