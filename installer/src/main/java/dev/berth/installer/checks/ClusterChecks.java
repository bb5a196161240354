package dev.berth.installer.checks;

import dev.berth.base.Problem;
import dev.berth.installer.cluster.Target;
import dev.berth.installer.config.Certificate;
import dev.berth.installer.config.Install;
import dev.berth.installer.config.Stored;
import dev.berth.installer.manifests.Right;
import dev.berth.protocol.check.Result;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the cluster's API server says without anything being made. */
final class ClusterChecks {
  private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

  /** Logins and locks are good for seconds. */
  private static final Duration MOST_SKEW = Duration.ofSeconds(5);

  private static final Right PRIORITY_CLASSES =
      new Right(
          "scheduling.k8s.io", "priorityclasses", List.of("get", "create", "patch", "delete"));

  /** Workloads whose nodes something of ours runs on, and what. */
  private static final Map<String, String> WORKLOADS =
      new java.util.TreeMap<>(
          Map.of(
              "meta", "control and what is in the cluster beside it",
              "workspace_services", "the gateway",
              "workspace_regular", "workspaces",
              "workspace_headless", "prebuilds"));

  private final Target target;
  private final KubernetesClient client;
  private final Install install;
  private final Clock clock;

  ClusterChecks(Target target, Install install, Clock clock) {
    this.target = target;
    this.client = target.client();
    this.install = install;
    this.clock = clock;
  }

  /** The API server's version; nothing else is worth asking where this is bad. */
  Result version() {
    return version(target);
  }

  static Result version(Target target) {
    var hop = "Kubernetes API server";
    try {
      var said =
          target.ask(
              "Asking for its version",
              () -> target.client().getKubernetesVersion().getGitVersion());
      var version = Version.of(said);
      if (version.isEmpty()) {
        return Result.doubtful(
            "B101",
            hop,
            "%s calls its version %s.".formatted(target.server(), said),
            "Berth was seen on 1.36; what it needs came with 1.29.",
            "See whether `kubectl version` knows it.");
      }
      if (version.get().isAtLeast(1, 29)) {
        return Result.good("B101", hop, "%s, %s".formatted(said, target.server()));
      }
      return Result.bad(
          "B101",
          hop,
          "%s is of version %s.".formatted(target.server(), said),
          "Files of workspaces are saved by containers that outlive the user's (native sidecars), which came with 1.29.",
          "Update the cluster to 1.29 or newer.");
    } catch (Problem problem) {
      return Result.bad("B101", hop, "Nothing can be installed without it.", problem);
    }
  }

  Result rightsOfInstaller() {
    var hop = "rights of who installs";
    var missing = new ArrayList<String>();
    var namespaced =
        new ArrayList<>(
            List.of(
                new Right("", "secrets", List.of("get", "create", "patch", "delete")),
                new Right("", "configmaps", List.of("get", "create", "patch", "delete")),
                new Right("", "serviceaccounts", List.of("get", "create", "patch", "delete")),
                new Right("", "services", List.of("get", "create", "patch", "delete")),
                new Right("", "pods", List.of("get", "list", "create", "delete")),
                new Right("", "pods/log", List.of("get")),
                new Right("", "pods/exec", List.of("get")),
                new Right("", "events", List.of("list")),
                new Right("apps", "deployments", List.of("get", "create", "patch", "delete")),
                new Right(
                    "policy", "poddisruptionbudgets", List.of("get", "create", "patch", "delete")),
                new Right(
                    "networking.k8s.io",
                    "networkpolicies",
                    List.of("get", "create", "patch", "delete"))));
    if (stored().findAny().isPresent()) {
      namespaced.add(
          new Right("apps", "statefulsets", List.of("get", "create", "patch", "delete")));
      namespaced.add(
          new Right("", "persistentvolumeclaims", List.of("get", "create", "patch", "delete")));
    }
    if (install.certificate() instanceof Certificate.Issued) {
      namespaced.add(
          new Right(
              "cert-manager.io", "certificates", List.of("get", "create", "patch", "delete")));
    }
    try {
      namespaced.forEach(right -> missing.addAll(missing(right, install.namespace())));
      missing.addAll(missing(new Right("", "namespaces", List.of("get", "create", "patch")), ""));
      if (!install.priorities().made().isEmpty()) missing.addAll(missing(PRIORITY_CLASSES, ""));
      var roles =
          List.of(
              new Right("rbac.authorization.k8s.io", "roles", List.of("get", "create", "patch")),
              new Right(
                  "rbac.authorization.k8s.io", "rolebindings", List.of("get", "create", "patch")));
      roles.forEach(right -> missing.addAll(missing(right, install.workspaces())));
      // Kubernetes lets nobody give what he has not.
      Right.ofControl().forEach(right -> missing.addAll(missing(right, install.workspaces())));
    } catch (Problem problem) {
      return Result.bad("B102", hop, "Who may do what is not known.", problem);
    }
    if (missing.isEmpty()) {
      return Result.good("B102", hop, "all that apply does and gives on");
    }
    boolean withPriorities =
        missing.stream().anyMatch(one -> one.endsWith(PRIORITY_CLASSES.resource()));
    return Result.bad(
        "B102",
        hop,
        "You may not " + String.join(", ", missing) + ".",
        "apply makes these objects, and gives control rights that only who has them can give.",
        "Let an administrator give them, or apply: kubectl create clusterrolebinding berth-installer --clusterrole=cluster-admin --user=YOU."
            + (withPriorities
                ? " Without priority classes of Berth's own: install.priorityClass: none."
                : ""));
  }

  private List<String> missing(Right right, String namespace) {
    return missing(deed -> mayDo(target, deed), List.of(right), namespace);
  }

  /** What of {@code rights} the one who asks has not. */
  static List<String> missing(Target target, List<Right> rights, String namespace) {
    return missing(deed -> mayDo(target, deed), rights, namespace);
  }

  private static List<String> missing(
      Predicate<ResourceAttributes> mayDo, List<Right> rights, String namespace) {
    var missing = new ArrayList<String>();
    for (var right : rights) {
      var parts = right.resource().split("/");
      for (var verb : right.verbs()) {
        var deed =
            new ResourceAttributesBuilder()
                .withNamespace(namespace.isEmpty() ? null : namespace)
                .withVerb(verb)
                .withGroup(right.group())
                .withResource(parts[0])
                .withSubresource(parts.length > 1 ? parts[1] : null)
                .build();
        if (mayDo.test(deed)) continue;
        missing.add(
            "%s %s%s"
                .formatted(verb, right.resource(), namespace.isEmpty() ? "" : " in " + namespace));
      }
    }
    return missing;
  }

  private static boolean mayDo(Target target, ResourceAttributes deed) {
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withResourceAttributes(deed)
            .endSpec()
            .build();
    var reviews = target.client().authorization().v1().selfSubjectAccessReview();
    var answer = target.ask("Asking what you may", () -> reviews.create(review));
    return Boolean.TRUE.equals(answer.getStatus().getAllowed());
  }

  private boolean mayDo(String user, ResourceAttributes deed) {
    var review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(user)
            .withResourceAttributes(deed)
            .endSpec()
            .build();
    var answer = client.authorization().v1().subjectAccessReview().create(review);
    return Boolean.TRUE.equals(answer.getStatus().getAllowed());
  }

  Result rightsOfControl() {
    var hop = "rights of control";
    var accounts = client.serviceAccounts().inNamespace(install.namespace());
    var user = "system:serviceaccount:%s:berth-control".formatted(install.namespace());
    try {
      var account =
          target.ifAllowed(
              "Looking for control's account",
              () -> Optional.ofNullable(accounts.withName("berth-control").get()));
      if (account.isEmpty()) return Result.skipped("B103", hop, "you may not look for its account");
      if (account.get().isEmpty()) {
        return Result.skipped("B103", hop, "its account comes with apply");
      }
      return target
          .ifAllowed(
              "Asking what control may",
              () -> missing(deed -> mayDo(user, deed), Right.ofControl(), install.workspaces()))
          .map(missing -> rightsOfControl(hop, missing, install.workspaces()))
          .orElseGet(() -> Result.skipped("B103", hop, "you may not ask what others may"));
    } catch (Problem problem) {
      return Result.bad("B103", hop, "What control may is not known.", problem);
    }
  }

  static Result rightsOfControl(String hop, List<String> missing, String namespace) {
    return missing.isEmpty()
        ? Result.good("B103", hop, "all of them, in " + namespace)
        : Result.bad(
            "B103",
            hop,
            "Control may not %s.".formatted(String.join(", ", missing)),
            "Somebody changed its role, or it is of an older Berth.",
            "berth install apply puts it right.");
  }

  List<Result> nodes() {
    return nodes(target, "nodes", "you may not list them", this::nodes);
  }

  /** What {@code look} sees of the nodes, or {@code mayNot} where they may not be listed. */
  static List<Result> nodes(
      Target target, String hop, String mayNot, Function<List<Node>, List<Result>> look) {
    try {
      return target
          .ifAllowed("Listing the nodes", () -> target.client().nodes().list().getItems())
          .map(look)
          .orElseGet(() -> List.of(Result.skipped("B201", hop, mayNot)));
    } catch (Problem problem) {
      return List.of(
          Result.bad("B201", hop, "Whether any node is for Berth is not known.", problem));
    }
  }

  private List<Result> nodes(List<Node> nodes) {
    var results = new ArrayList<Result>();
    WORKLOADS.forEach(
        (workload, what) -> results.add(label(nodes, install.labels(), workload, what)));
    results.add(kernels(nodes));
    results.add(runtimes(nodes));
    return results;
  }

  /** The same for one who looks after workspaces only. */
  static List<Result> ofWorkspaces(List<Node> nodes, String labels) {
    var results = new ArrayList<Result>();
    for (var workload : List.of("workspace_regular", "workspace_headless")) {
      results.add(
          label(nodes, labels, workload, Optional.ofNullable(WORKLOADS.get(workload)).orElse("")));
    }
    results.add(kernels(nodes));
    results.add(runtimes(nodes));
    return results;
  }

  private static Result label(List<Node> nodes, String labels, String workload, String what) {
    var label = "%s/workload_%s".formatted(labels, workload);
    var hop = "nodes with the label " + label;
    long ready =
        nodes.stream().filter(node -> has(node, label)).filter(ClusterChecks::isReady).count();
    long all = nodes.stream().filter(node -> has(node, label)).count();
    if (ready > 0) return Result.good("B201", hop, "%d, of which %d ready".formatted(all, ready));
    return Result.bad(
        "B201",
        hop,
        all == 0
            ? "No node has the label %s=true.".formatted(label)
            : "None of its %d nodes is ready.".formatted(all),
        "It is where %s run.".formatted(what),
        all == 0
            ? "kubectl label node NAME %s=true; an autoscaler's pool that is empty now has it in its template, then go on."
                .formatted(label)
            : "kubectl describe node says what ails them.");
  }

  private static boolean has(Node node, String label) {
    var labels = node.getMetadata().getLabels();
    return labels != null && "true".equals(labels.get(label));
  }

  private static boolean isReady(Node node) {
    return node.getStatus().getConditions().stream()
        .anyMatch(condition ->
            condition.getType().equals("Ready") && condition.getStatus().equals("True"));
  }

  private static Result kernels(List<Node> nodes) {
    var hop = "kernels of the nodes";
    var old = new ArrayList<String>();
    var plain = new ArrayList<String>();
    for (var node : nodes) {
      var kernel = node.getStatus().getNodeInfo().getKernelVersion();
      var named = "%s (%s)".formatted(node.getMetadata().getName(), kernel);
      var version = Version.of(kernel);
      if (version.isPresent() && !version.get().isAtLeast(5, 4)) old.add(named);
      else if (version.isPresent() && !version.get().isAtLeast(6, 3)) plain.add(named);
    }
    if (!old.isEmpty()) {
      return Result.bad(
          "B202",
          hop,
          "The kernels of %s are older than 5.4.".formatted(String.join(", ", old)),
          "The supervisor of workspaces needs calls that came with 5.4.",
          "Use an image of nodes with a newer one, as Ubuntu 22.04 or later.");
    }
    if (!plain.isEmpty()) {
      return Result.doubtful(
          "B202",
          hop,
          "The kernels of %s are older than 6.3.".formatted(String.join(", ", plain)),
          "User namespaces of pods need 6.3: without, root inside a workspace is root of its node with fewer capabilities.",
          "Use an image of nodes with a newer one, as Ubuntu 24.04, or go on without.");
    }
    return Result.good("B202", hop, "6.3 or newer on all %d".formatted(nodes.size()));
  }

  private static Result runtimes(List<Node> nodes) {
    var hop = "container runtimes of the nodes";
    var old = new ArrayList<String>();
    var copies = new ArrayList<String>();
    for (var node : nodes) {
      var runtime = node.getStatus().getNodeInfo().getContainerRuntimeVersion();
      var named = "%s (%s)".formatted(node.getMetadata().getName(), runtime);
      boolean containerd = runtime.startsWith("containerd://");
      var version = Version.of(runtime);
      boolean known = (containerd || runtime.startsWith("cri-o://")) && version.isPresent();
      if (!known || !version.get().isAtLeast(1, containerd ? 6 : 26)) old.add(named);
      else if (!version.get().isAtLeast(containerd ? 2 : 1, containerd ? 1 : 31)) copies.add(named);
    }
    if (!old.isEmpty()) {
      return Result.bad(
          "B203",
          hop,
          "%s run no containerd from 1.6 on and no CRI-O from 1.26 on."
              .formatted(String.join(", ", old)),
          "Native sidecars and seccomp by default were only seen with those.",
          "Use an image of nodes with containerd 2.");
    }
    return Result.good(
        "B203",
        hop,
        copies.isEmpty()
            ? "all mount images as volumes"
            : "%d of %d mount no images as volumes: the supervisor is copied into each pod"
                .formatted(copies.size(), nodes.size()));
  }

  /** By what the API server dates an object that it does not keep. */
  Result clock() {
    var hop = "clock of the cluster";
    try {
      var before = clock.instant();
      var probe =
          new ConfigMapBuilder()
              .withNewMetadata()
              .withName("berth-check-clock")
              .withNamespace("default")
              .endMetadata()
              .build();
      var dated = target.ask("Asking for the time", () -> client.resource(probe).dryRun().create());
      var theirs = Instant.parse(dated.getMetadata().getCreationTimestamp());
      var skew = Duration.between(before, theirs).abs();
      if (skew.compareTo(MOST_SKEW) <= 0) {
        return Result.good(
            "B204", hop, "within %d s of this machine's".formatted(MOST_SKEW.toSeconds()));
      }
      return Result.bad(
          "B204",
          hop,
          "It is %d s off this machine's.".formatted(skew.toSeconds()),
          "Certificates, leases and signatures of object stores are good for a time only.",
          "Let both be set by NTP.");
    } catch (Problem.Conflict refused) {
      return Result.skipped("B204", hop, "the time is not told: " + refused.what());
    } catch (Problem problem) {
      return Result.bad("B204", hop, "Certificates, leases and signatures need it.", problem);
    }
  }

  /** Those that pods name: the API server takes no pod of one that is not there. */
  Result priorities() {
    var hop = "priority classes";
    var priorities = install.priorities();
    var named =
        Stream.concat(priorities.own().stream(), priorities.ofWorkspaces().stream())
            .distinct()
            .toList();
    if (named.isEmpty()) return Result.skipped("B205", hop, "no pod names one");
    try {
      var listed =
          target.ifAllowed(
              "Listing priority classes",
              () -> client.scheduling().v1().priorityClasses().list().getItems());
      if (listed.isEmpty()) return Result.skipped("B205", hop, "you may not list them");
      var there =
          listed.get().stream()
              .collect(Collectors.toMap(one -> one.getMetadata().getName(), one -> one));
      var missing =
          named.stream()
              .filter(name -> !there.containsKey(name) && !priorities.made().contains(name))
              .toList();
      if (!missing.isEmpty()) {
        return Result.bad(
            "B205",
            hop,
            "There is no %s.".formatted(String.join(" and no ", missing)),
            "The cluster takes no pod of a class that it does not have: workspaces of it fail, and so does apply.",
            missing.stream()
                    .map(
                        "kubectl create priorityclass %s --value=0 --preemption-policy=Never"
                            ::formatted)
                    .collect(Collectors.joining("; "))
                + "; or name others in install.priorityClass, cluster.priorityClass and sizes.*.priorityClass.");
      }
      var pushing =
          priorities.ofWorkspaces().stream()
              .flatMap(name -> Stream.ofNullable(there.get(name)))
              .filter(one -> !"Never".equals(one.getPreemptionPolicy()))
              .map(one -> one.getMetadata().getName())
              .toList();
      if (!pushing.isEmpty()) {
        return Result.doubtful(
            "B205",
            hop,
            "Pods of %s end others to get room.".formatted(String.join(", ", pushing)),
            "A workspace that starts may end another one, of a lower class, in the middle of somebody's work.",
            "Make the class anew with preemptionPolicy: Never, if that is not what you want.");
      }
      var coming = named.stream().filter(name -> !there.containsKey(name)).toList();
      return Result.good(
          "B205",
          hop,
          String.join(", ", named)
              + (coming.isEmpty() ? "" : "; apply makes " + String.join(", ", coming)));
    } catch (Problem problem) {
      return Result.bad(
          "B205", hop, "The cluster takes no pod of a class that it does not have.", problem);
    }
  }

  private Stream<Stored> stored() {
    return install.stored().stream();
  }

  /** Which class volumes would be of; {@link VolumeTrial} tells whether it makes any. */
  Result storage(boolean tried) {
    var hop = "storage class";
    if (stored().findAny().isEmpty()) {
      return Result.skipped("B301", hop, "nothing in the cluster needs a volume");
    }
    try {
      var classes =
          target.ask(
              "Listing storage classes",
              () -> client.storage().v1().storageClasses().list().getItems());
      var names = classes.stream().map(one -> one.getMetadata().getName()).toList();
      var missing =
          stored()
              .flatMap(one -> one.storageClass().stream())
              .filter(name -> !names.contains(name))
              .toList();
      if (!missing.isEmpty()) {
        return Result.bad(
            "B301",
            hop,
            "There is no storage class %s.".formatted(String.join(", ", missing)),
            "install.database, .objects and .registry want volumes of it.",
            "Name one of these: %s.".formatted(names));
      }
      boolean needsDefault = stored().anyMatch(one -> one.storageClass().isEmpty());
      var usual =
          classes.stream()
              .filter(one -> one.getMetadata().getAnnotations() != null)
              .filter(one -> "true".equals(one.getMetadata().getAnnotations().get(DEFAULT_CLASS)))
              .map(one -> one.getMetadata().getName())
              .toList();
      if (needsDefault && usual.size() != 1) {
        return Result.bad(
            "B301",
            hop,
            usual.isEmpty()
                ? "No storage class is the default."
                : "Several storage classes are the default: %s.".formatted(usual),
            "Volumes of the parts in the cluster are of the default one.",
            "Mark one: kubectl annotate storageclass NAME %s=true; or set install.*.storageClass. There are: %s."
                .formatted(DEFAULT_CLASS, names));
      }
      return Result.good(
          "B301",
          hop,
          (needsDefault ? usual.getFirst() + ", the default" : "as named")
              + (tried ? "" : "; no volume was tried"));
    } catch (Problem problem) {
      return Result.bad("B301", hop, "Parts in the cluster need volumes.", problem);
    }
  }

  List<Result> certManager() {
    if (!(install.certificate() instanceof Certificate.Issued(var issuer, var kind))) {
      return List.of(
          Result.skipped("B401", "cert-manager", "the certificate does not come from it"));
    }
    try {
      var group = target.ask("Asking for its groups", () -> client.getApiGroup("cert-manager.io"));
      if (group == null) {
        return List.of(
            Result.bad(
                "B401",
                "cert-manager",
                "The cluster does not know cert-manager.io.",
                "install.certificate.issuer asks cert-manager for the certificate.",
                "Install it as the guide says (helm upgrade --install cert-manager jetstack/cert-manager --set installCRDs=true), or use install.certificate.secret or selfSigned."));
      }
    } catch (Problem problem) {
      return List.of(
          Result.bad("B401", "cert-manager", "Whether it is there is not known.", problem));
    }
    return List.of(Result.good("B401", "cert-manager", "there"), issuer(issuer, kind));
  }

  private Result issuer(String name, String kind) {
    var hop = "%s %s".formatted(kind, name);
    boolean namespaced = kind.equals("Issuer");
    var context =
        new ResourceDefinitionContext.Builder()
            .withGroup("cert-manager.io")
            .withVersion("v1")
            .withKind(kind)
            .withPlural(namespaced ? "issuers" : "clusterissuers")
            .withNamespaced(namespaced)
            .build();
    try {
      GenericKubernetesResource found =
          target.ask(
              "Looking for " + hop,
              () ->
                  namespaced
                      ? client
                          .genericKubernetesResources(context)
                          .inNamespace(install.namespace())
                          .withName(name)
                          .get()
                      : client.genericKubernetesResources(context).withName(name).get());
      if (found == null) {
        return Result.bad(
            "B402",
            hop,
            "There is no %s.".formatted(hop),
            "It is to sign the installation's certificate.",
            "Make it as the guide says (kubectl apply -f issuer.yaml), or name another in install.certificate.");
      }
      var conditions = found.get("status", "conditions");
      if (conditions instanceof List<?> list) {
        for (var each : list) {
          if (each instanceof Map<?, ?> condition && "Ready".equals(condition.get("type"))) {
            return "True".equals(condition.get("status"))
                ? Result.good("B402", hop, "ready")
                : Result.bad(
                    "B402",
                    hop,
                    "It is not ready: %s.".formatted(condition.get("message")),
                    "It cannot sign anything.",
                    "kubectl describe %s %s"
                        .formatted(kind.toLowerCase(java.util.Locale.ROOT), name));
          }
        }
      }
      return Result.doubtful(
          "B402",
          hop,
          "It says nothing of itself.",
          "cert-manager looks at an issuer within seconds.",
          "See whether cert-manager runs: kubectl get pods -n cert-manager.");
    } catch (Problem problem) {
      return Result.bad("B402", hop, "It is to sign the installation's certificate.", problem);
    }
  }
}
