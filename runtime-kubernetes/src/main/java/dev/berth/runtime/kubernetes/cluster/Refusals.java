package dev.berth.runtime.kubernetes.cluster;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.regex.Pattern;

/** What an API server's refusal means for who asked, in words. */
public final class Refusals {
  private static final Pattern PRIORITY_CLASS =
      Pattern.compile("PriorityClass with name ([a-z0-9.-]{1,253}) ");

  /** What a person reads of a reason. */
  private static final int LONGEST = 600;

  private Refusals() {}

  /** Whether asking again may help: it is away, busy, or lost the connection. */
  public static boolean isAway(KubernetesClientException e) {
    return e.getCode() <= 0 || e.getCode() == 429 || e.getCode() >= 500;
  }

  /**
   * As a {@link Problem.Unavailable} where asking again may help, else a {@link Problem.Conflict}.
   */
  public static Problem problem(String tried, String server, KubernetesClientException e) {
    if (isAway(e)) {
      return new Problem.Unavailable(
          "%s was not possible: the Kubernetes API server at %s does not answer as it should: %s."
              .formatted(tried, server, said(e)),
          "What runs goes on; it is asked again. See whether the control plane is up.",
          e);
    }
    var kind = of(e, "its namespace");
    return new Problem.Conflict(
        "%s was refused by the cluster: %s".formatted(tried, kind.what()), kind.remedy(), e);
  }

  /** Why no pod was made. */
  static Creation.Refused of(KubernetesClientException e, String namespace) {
    var said = said(e);
    if (said.contains("exceeded quota")) {
      return new Creation.Refused(
          "The cluster's quota leaves no room for it: %s.".formatted(said),
          "Stop workspaces that nobody needs, or let the operator raise the ResourceQuota of %s."
              .formatted(namespace));
    }
    if (said.contains("violates PodSecurity")) {
      return new Creation.Refused(
          "The cluster's pod security does not allow it: %s.".formatted(said),
          "Let the operator label %s with pod-security.kubernetes.io/enforce=privileged or baseline."
              .formatted(namespace));
    }
    if (said.contains("admission webhook") || said.contains("ValidatingAdmissionPolicy")) {
      return new Creation.Refused(
          "A rule of the cluster does not allow it: %s.".formatted(said),
          "Ask who runs the cluster's admission rules to allow Berth's pods in %s."
              .formatted(namespace));
    }
    if (e.getCode() == 401) {
      return new Creation.Refused(
          "The cluster does not know who asks: %s.".formatted(said),
          "See that the kubeconfig's credentials are valid.");
    }
    if (said.contains("cannot ") && said.contains("in API group")) {
      return new Creation.Refused(
          "Berth may not do that in the cluster: %s.".formatted(said),
          "Give its account a role with the rights of docs/operate/kubernetes.md; see: kubectl -n %s auth can-i --list."
              .formatted(namespace));
    }
    if (e.getCode() == 404 && said.contains("namespaces")) {
      return new Creation.Refused(
          "The namespace %s is not there: %s.".formatted(namespace, said),
          "Make it: kubectl create namespace %s.".formatted(namespace));
    }
    if (said.contains("PriorityClass") || said.contains("priority class")) {
      var name = PRIORITY_CLASS.matcher(said);
      return new Creation.Refused(
          "The cluster has no such priority class: %s.".formatted(said),
          "Let the operator make it (kubectl create priorityclass %s --value=0 --preemption-policy=Never), or name another in cluster.priorityClass or the size's priorityClass."
              .formatted(name.find() ? name.group(1) : "NAME"));
    }
    return new Creation.Refused(
        "The cluster does not take its pod: %s.".formatted(said),
        "Look whether its image and class are ones that this cluster can run.");
  }

  /** The server's own words, or what else went wrong, without a dot at the end. */
  public static String said(KubernetesClientException e) {
    var status = e.getStatus();
    var words = status == null ? null : status.getMessage();
    if (words == null) words = e.getCause() == null ? e.getMessage() : innermost(e);
    return Quoted.printable(words == null ? "no reason given" : words, LONGEST)
        .strip()
        .replaceFirst("\\.$", "");
  }

  private static String innermost(Throwable e) {
    var at = e;
    while (at.getCause() != null) at = at.getCause();
    var message = at.getMessage();
    return at.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }
}
