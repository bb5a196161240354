package dev.berth.installer.manifests;

import dev.berth.installer.config.Install;
import dev.berth.installer.config.Priorities;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Namespaces, accounts and rights. */
final class Foundations {
  /** What control may in the workspaces' namespace; docs/operate/kubernetes.md has the same. */
  static final List<Right> RIGHTS =
      List.of(
          new Right("", "pods", List.of("get", "list", "watch", "create", "patch", "delete")),
          new Right("", "pods/log", List.of("get")),
          new Right("", "secrets", List.of("get", "list", "create", "patch", "delete")),
          new Right("", "events", List.of("list")),
          new Right("networking.k8s.io", "networkpolicies", List.of("get", "create", "patch")));

  private Foundations() {}

  static void write(Sheet sheet, Install install) {
    namespaces(sheet, install);
    accounts(sheet);
    rights(sheet, install);
    priorities(sheet, install.priorities());
    if (!install.quota().isNone()) quota(sheet, install);
  }

  private static void priorities(Sheet sheet, Priorities priorities) {
    for (var name : priorities.made()) {
      boolean own = priorities.own().filter(name::equals).isPresent();
      sheet.add(
          Stage.RIGHTS,
          "control",
          own
              ? "Berth before workspaces: on nodes that are full of them it is they who make room."
              : "Workspaces end no pod to get room for themselves.",
          """
          apiVersion: scheduling.k8s.io/v1
          kind: PriorityClass
          metadata: {name: $name}
          value: $value
          preemptionPolicy: $policy
          description: $words
          """,
          Map.of(
              "name",
              name,
              "value",
              own ? Priorities.OWN : Priorities.OF_WORKSPACES,
              "policy",
              own ? "PreemptLowerPriority" : "Never",
              "words",
              own ? "Berth itself" : "workspaces of Berth"));
    }
  }

  private static void namespaces(Sheet sheet, Install install) {
    sheet.add(
        Stage.NAMESPACES,
        "namespace",
        "Berth itself; none of its pods needs a right of its node.",
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: $name
          labels:
            pod-security.kubernetes.io/enforce: restricted
            pod-security.kubernetes.io/warn: restricted
        """,
        Map.of("name", install.namespace()));
    sheet.add(
        Stage.NAMESPACES,
        "namespace",
        "Workspaces' pods and nothing else: people are root in them, without a right of the node.",
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: $name
          labels: {pod-security.kubernetes.io/enforce: baseline}
        """,
        Map.of("name", install.workspaces()));
  }

  private static void accounts(Sheet sheet) {
    sheet.add(
        Stage.RIGHTS,
        "control",
        "As whom control makes workspaces' pods.",
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: berth-control}
        automountServiceAccountToken: false
        """,
        Map.of());
    sheet.add(
        Stage.RIGHTS,
        "gateway",
        "All else runs as this one, which has no rights and gets no token.",
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: berth-nobody}
        automountServiceAccountToken: false
        """,
        Map.of());
  }

  private static void rights(Sheet sheet, Install install) {
    sheet.add(
        Stage.RIGHTS,
        "control",
        "What control may, in the workspaces' namespace only; Berth needs no right of the cluster.",
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: $name, namespace: $namespace}
        rules: $rules
        """,
        Map.of(
            "name",
            roleName(install),
            "namespace",
            install.workspaces(),
            "rules",
            RIGHTS.stream().map(Foundations::rule).toList()));
    sheet.add(
        Stage.RIGHTS,
        "control",
        "Gives control's account its rights in the workspaces' namespace.",
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: $name, namespace: $workspaces}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: $name}
        subjects:
          - {kind: ServiceAccount, name: berth-control, namespace: $namespace}
        """,
        Map.of(
            "name",
            roleName(install),
            "workspaces",
            install.workspaces(),
            "namespace",
            install.namespace()));
  }

  /** Installations that share the workspaces' namespace have each their own. */
  private static String roleName(Install install) {
    return install.namespace() + "-control";
  }

  private static Map<String, Object> rule(Right right) {
    var rule = new LinkedHashMap<String, Object>();
    rule.put("apiGroups", List.of(right.group()));
    rule.put("resources", List.of(right.resource()));
    rule.put("verbs", right.verbs());
    return rule;
  }

  private static void quota(Sheet sheet, Install install) {
    sheet.add(
        Stage.RIGHTS,
        "control",
        "The most that all workspaces together may take.",
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: berth-workspaces, namespace: $namespace}
        spec:
          hard: {pods: $pods, requests.cpu: $cpu, requests.memory: $memory}
        """,
        Map.of(
            "namespace", install.workspaces(),
            "pods", install.quota().pods().map(String::valueOf),
            "cpu", install.quota().cpu(),
            "memory", install.quota().memory()));
  }
}
