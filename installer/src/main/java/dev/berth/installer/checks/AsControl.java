package dev.berth.installer.checks;

import dev.berth.base.Problem;
import dev.berth.installer.certificate.Authority;
import dev.berth.installer.cluster.Target;
import dev.berth.installer.manifests.Right;
import dev.berth.protocol.check.Result;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import dev.berth.runtime.kubernetes.cluster.Probe;
import dev.berth.runtime.kubernetes.network.Policies;
import dev.berth.runtime.kubernetes.pod.Abilities;
import dev.berth.runtime.kubernetes.pod.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The checks that a control which runs can make with what it has. */
public final class AsControl {
  /**
   * A cluster that runs workspaces.
   *
   * @param name in words, where there are several; empty for the only one
   * @param closed whether control closes its network
   */
  public record Workspaces(String name, ClusterAccess access, Placement placement, boolean closed) {
    private String hop(String what) {
      return name.isEmpty() ? what : "%s of %s".formatted(what, name);
    }
  }

  private AsControl() {}

  /** Version, rights, nodes where they may be listed, and what the cluster takes. */
  public static List<Result> cluster(Workspaces workspaces) {
    var results = new ArrayList<Result>();
    try (var target = Target.connect(workspaces.access());
        var cluster = Cluster.connect(workspaces.access())) {
      var version = ClusterChecks.version(target);
      results.add(new Result(version.code(), workspaces.hop(version.hop()), version.outcome()));
      if (version.outcome() instanceof Result.Outcome.Bad) return results;
      results.add(rights(target, workspaces));
      results.addAll(nodes(target, workspaces));
      results.add(abilities(cluster, workspaces));
      if (workspaces.closed()) results.add(network(target, workspaces));
    }
    return results;
  }

  private static Result rights(Target target, Workspaces workspaces) {
    var hop = workspaces.hop("rights of control");
    var namespace = workspaces.access().namespace();
    try {
      var missing = ClusterChecks.missing(target, Right.ofControl(), namespace);
      return ClusterChecks.rightsOfControl(hop, missing, namespace);
    } catch (Problem problem) {
      return Result.bad("B103", hop, "What control may is not known.", problem);
    }
  }

  static List<Result> nodes(Target target, Workspaces workspaces) {
    return ClusterChecks.nodes(
            target,
            "nodes",
            "control may not list them; berth install check looks at them",
            nodes -> ClusterChecks.ofWorkspaces(nodes, workspaces.placement().labelPrefix()))
        .stream()
        .map(one -> new Result(one.code(), workspaces.hop(one.hop()), one.outcome()))
        .toList();
  }

  /** By showing its API server a pod that is not made. */
  private static Result abilities(Cluster cluster, Workspaces workspaces) {
    var hop = workspaces.hop("what pods it takes");
    try {
      var can = Probe.of(cluster, workspaces.placement());
      if (can.isEmpty()) {
        return Result.bad(
            "B105",
            hop,
            "The cluster takes no pod in the namespace %s.".formatted(cluster.namespace()),
            "Each workspace is a pod there.",
            "Usually a quota is used up or a webhook refuses: kubectl -n %s describe quota, and a workspace that is started says what was refused."
                .formatted(cluster.namespace()));
      }
      return abilities(hop, can.get());
    } catch (Problem problem) {
      return Result.bad("B105", hop, "Each workspace is a pod there.", problem);
    }
  }

  private static Result abilities(String hop, Abilities can) {
    var supervisor =
        can.imageVolumes()
            ? "the supervisor comes as an image volume"
            : "the supervisor is copied into each pod, as the cluster mounts no images";
    if (can.userNamespaces()) {
      return Result.good("B105", hop, "with user namespaces; " + supervisor);
    }
    return Result.doubtful(
        "B105",
        hop,
        "It has no user namespaces for pods; %s.".formatted(supervisor),
        "Without, who is root inside a workspace has the node's number of root, with fewer capabilities.",
        "Use Kubernetes 1.33, containerd 2 and a kernel from 6.3 on; or go on without: cluster.userNamespaces: none.");
  }

  /** Whether it is enforced is what a trial by pods tells. */
  private static Result network(Target target, Workspaces workspaces) {
    var hop = workspaces.hop("rules of the workspaces' network");
    var namespace = workspaces.access().namespace();
    try {
      var policy =
          target.ask(
              "Looking for the rules of " + namespace,
              () ->
                  target
                      .client()
                      .network()
                      .v1()
                      .networkPolicies()
                      .inNamespace(namespace)
                      .withName(Policies.NAME)
                      .get());
      return policy != null
          ? Result.good("B106", hop, "in place; berth install check tries whether they hold")
          : Result.bad(
              "B106",
              hop,
              "The namespace %s has no %s.".formatted(namespace, Policies.NAME),
              "Workspaces are kept from each other and from the cluster by such rules only.",
              "Control makes it each minute: its log says why it cannot.");
    } catch (Problem problem) {
      return Result.bad("B106", hop, "Whether they are there is not known.", problem);
    }
  }

  /** What control sees of the database's server. */
  public static List<Result> database(Inside.Database server, String from) {
    return Inside.database(server, from);
  }

  /** Whether the object store takes, gives, lists and deletes. */
  public static Result store(Inside.Store store, String from) throws InterruptedException {
    return Inside.store(store, from);
  }

  /** Whether the certificate that the gateway shows is for these names, and until when. */
  public static Result certificate(Path chain, List<String> names, Instant now) {
    var hop = "certificate";
    try {
      return CertificateCheck.of(hop, read(chain), "", names, now);
    } catch (IOException | CertificateException e) {
      return Result.bad(
          "B403",
          hop,
          "%s holds no certificate: %s.".formatted(chain, e.getMessage()),
          "The gateway shows that certificate.",
          "Put a PEM text there, the installation's own first, then those that signed it.");
    }
  }

  /** By which the way in knows that nothing before the gateway ends TLS. */
  public static String serial(Path chain) throws IOException, CertificateException {
    return read(chain).getSerialNumber().toString(16);
  }

  private static X509Certificate read(Path chain) throws IOException, CertificateException {
    return Authority.certificate(Files.readString(chain));
  }
}
