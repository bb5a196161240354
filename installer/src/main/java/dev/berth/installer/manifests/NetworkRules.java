package dev.berth.installer.manifests;

import dev.berth.installer.config.Install;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who may reach which of Berth's own pods. Those of workspaces have rules that control makes. */
final class NetworkRules {
  private final Sheet sheet;
  private final Install install;

  private NetworkRules(Sheet sheet, Install install) {
    this.sheet = sheet;
    this.install = install;
  }

  static void write(Sheet sheet, Install install) {
    var rules = new NetworkRules(sheet, install);
    sheet.add(
        Stage.NETWORK,
        "namespace",
        "Nobody reaches a pod of Berth's, unless another rule says so.",
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: berth-nobody}
        spec:
          podSelector: {}
          policyTypes: [Ingress]
        """,
        Map.of());
    rules.gateway();
    rules.control();
    if (install.database().isPresent()) rules.database();
    if (install.objects().isPresent()) rules.objects();
    if (install.registry().isPresent()) rules.registry();
  }

  private void gateway() {
    var doors = new ArrayList<Map<String, Object>>();
    doors.add(door(PodSettings.WEB_PORT));
    doors.add(door(PodSettings.SSH_PORT));
    if (install.door().httpPort().isPresent()) doors.add(door(PodSettings.REDIRECT_PORT));
    sheet.add(
        Stage.NETWORK,
        "gateway",
        "Everybody reaches the gateway's doors; what watches the cluster asks for health and metrics.",
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: berth-gateway}
        spec:
          podSelector: {matchLabels: $gateway}
          policyTypes: [Ingress]
          ingress:
            - ports: $doors
            - from: [{namespaceSelector: $watching}]
              ports: [{port: $health, protocol: TCP}]
        """,
        Map.of(
            "gateway",
            sheet.selector("gateway"),
            "doors",
            doors,
            "watching",
            watching(),
            "health",
            PodSettings.HEALTH_PORT));
  }

  /** Whoever is in the cluster, but no workspace. */
  private Map<String, Object> watching() {
    var apart = new LinkedHashMap<String, Object>();
    apart.put("key", "kubernetes.io/metadata.name");
    apart.put("operator", "NotIn");
    apart.put("values", List.of(install.workspaces()));
    return Map.of("matchExpressions", List.of(apart));
  }

  private static Map<String, Object> door(int port) {
    var door = new LinkedHashMap<String, Object>();
    door.put("port", port);
    door.put("protocol", "TCP");
    return door;
  }

  private void control() {
    sheet.add(
        Stage.NETWORK,
        "control",
        "Only the gateway and other replicas ask control; what watches the cluster asks for health and metrics.",
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: berth-control}
        spec:
          podSelector: {matchLabels: $control}
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {matchLabels: $gateway}
                - podSelector: {matchLabels: $control}
              ports: [{port: $port, protocol: TCP}]
            - from: [{namespaceSelector: $watching}]
              ports: [{port: $health, protocol: TCP}]
        """,
        Map.of(
            "gateway",
            sheet.selector("gateway"),
            "control",
            sheet.selector("control"),
            "port",
            PodSettings.CONTROL_PORT,
            "watching",
            watching(),
            "health",
            PodSettings.HEALTH_PORT));
  }

  private void database() {
    part(
        "database",
        "Only control and the installer's checks reach the database, and it reaches nothing.",
        3306,
        List.of(pods("control"), pods("check")));
  }

  private void objects() {
    var workspaces =
        Map.of(
            "namespaceSelector",
            Map.of("matchLabels", Map.of("kubernetes.io/metadata.name", install.workspaces())));
    part(
        "objects",
        "Control and what saves workspaces' files reach the object store, and it reaches nothing.",
        8333,
        List.of(pods("control"), pods("check"), workspaces));
  }

  private void registry() {
    part(
        "registry",
        "Pods of the cluster reach the registry, and it reaches nothing.",
        5000,
        List.of(Map.of("namespaceSelector", Map.of())));
  }

  private void part(String component, String why, int port, List<?> from) {
    sheet.add(
        Stage.NETWORK,
        component,
        why,
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: $name}
        spec:
          podSelector: {matchLabels: $component}
          policyTypes: [Ingress, Egress]
          ingress:
            - from: $from
              ports: [{port: $port, protocol: TCP}]
        """,
        Map.of(
            "name",
            "berth-" + component,
            "component",
            sheet.selector(component),
            "from",
            from,
            "port",
            port));
  }

  private Map<String, Object> pods(String component) {
    var peer = new LinkedHashMap<String, Object>();
    peer.put("podSelector", Map.of("matchLabels", sheet.selector(component)));
    return peer;
  }
}
