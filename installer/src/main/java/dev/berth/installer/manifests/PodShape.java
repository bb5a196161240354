package dev.berth.installer.manifests;

import dev.berth.installer.config.Install;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all of Berth's pods have: the user, what it may not, and the nodes they run on. */
final class PodShape {
  /** As Berth's image has it. */
  private static final int USER = 65532;

  private PodShape() {}

  /** Not root, whatever the image says. */
  static Map<String, Object> security() {
    var security = new LinkedHashMap<String, Object>();
    security.put("runAsNonRoot", true);
    security.put("runAsUser", USER);
    security.put("runAsGroup", USER);
    security.put("fsGroup", USER);
    security.put("fsGroupChangePolicy", "OnRootMismatch");
    security.put("seccompProfile", Map.of("type", "RuntimeDefault"));
    return security;
  }

  /** The least that a container can have. */
  static Map<String, Object> confined() {
    var security = new LinkedHashMap<String, Object>();
    security.put("allowPrivilegeEscalation", false);
    security.put("readOnlyRootFilesystem", true);
    security.put("capabilities", Map.of("drop", List.of("ALL")));
    return security;
  }

  /** Nodes with the label of a workload, as the guides give them out. */
  static Map<String, Object> on(Install install, String workload) {
    var label = new LinkedHashMap<String, Object>();
    label.put("key", "%s/workload_%s".formatted(install.labels(), workload));
    label.put("operator", "In");
    label.put("values", List.of("true"));
    return Map.of(
        "nodeAffinity",
        Map.of(
            "requiredDuringSchedulingIgnoredDuringExecution",
            Map.of("nodeSelectorTerms", List.of(Map.of("matchExpressions", List.of(label))))));
  }

  /**
   * Replicas of one version on different nodes, where there are several that take them now, and on
   * different zones where that can be.
   */
  static List<Map<String, Object>> spread(Map<String, String> selector) {
    return List.of(
        spread("kubernetes.io/hostname", "DoNotSchedule", selector),
        spread("topology.kubernetes.io/zone", "ScheduleAnyway", selector));
  }

  private static Map<String, Object> spread(
      String over, String unsatisfiable, Map<String, String> selector) {
    var spread = new LinkedHashMap<String, Object>();
    spread.put("maxSkew", 1);
    spread.put("topologyKey", over);
    spread.put("whenUnsatisfiable", unsatisfiable);
    spread.put("nodeTaintsPolicy", "Honor"); // a node that is drained or lost keeps none waiting
    spread.put("matchLabelKeys", List.of("pod-template-hash"));
    spread.put("labelSelector", Map.of("matchLabels", selector));
    return spread;
  }

  /** A replica is made elsewhere half a minute after its node was lost; usual are five. */
  static List<Map<String, Object>> tolerations() {
    return List.of(tolerated("unreachable"), tolerated("not-ready"));
  }

  private static Map<String, Object> tolerated(String what) {
    var toleration = new LinkedHashMap<String, Object>();
    toleration.put("key", "node.kubernetes.io/" + what);
    toleration.put("operator", "Exists");
    toleration.put("effect", "NoExecute");
    toleration.put("tolerationSeconds", 30);
    return toleration;
  }

  /** All memory is kept free: who is killed for it takes people's terminals along. */
  static Map<String, Object> resources(int cpuMillis, long memoryBytes) {
    var memory = memoryBytes % (1 << 20) == 0 ? (memoryBytes >> 20) + "Mi" : "" + memoryBytes;
    var requests = new LinkedHashMap<String, Object>();
    requests.put("cpu", cpuMillis + "m");
    requests.put("memory", memory);
    var resources = new LinkedHashMap<String, Object>();
    resources.put("requests", requests);
    resources.put("limits", Map.of("memory", memory));
    return resources;
  }

  static List<Map<String, String>> pullSecrets(Install install) {
    return install.pullSecrets().stream().map(name -> Map.of("name", name)).toList();
  }
}
