package dev.berth.installer.manifests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.installer.config.Install;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The manifests as they are written down, with what all of them have. */
final class Sheet {
  /** Our objects carry it, and those of workspaces another: neither touches the other's. */
  static final String MANAGED_BY = "berth-install";

  /** What is in no namespace. */
  private static final Set<String> OF_CLUSTER = Set.of("Namespace", "PriorityClass");

  private final Install install;
  private final String version;
  private final List<Manifest> manifests = new ArrayList<>();

  Sheet(Install install, String version) {
    this.install = install;
    this.version = version;
  }

  /** What tells the pods of a component from all others; it never changes. */
  Map<String, String> selector(String component) {
    var labels = new LinkedHashMap<String, String>();
    labels.put("app.kubernetes.io/name", "berth");
    labels.put("app.kubernetes.io/instance", install.namespace());
    labels.put("app.kubernetes.io/component", component);
    return labels;
  }

  /** The labels of a component's pods: rules for workspaces' pods let those of Berth in by them. */
  Map<String, String> podLabels(String component) {
    var labels = selector(component);
    labels.put("app.kubernetes.io/part-of", "berth");
    return labels;
  }

  /** The labels of what belongs to a component. */
  Map<String, String> labels(String component) {
    var labels = podLabels(component);
    labels.put("app.kubernetes.io/managed-by", MANAGED_BY);
    labels.put("app.kubernetes.io/version", version);
    return labels;
  }

  ObjectNode add(Stage stage, String component, String why, String yaml, Map<String, ?> values) {
    var body = Template.fill(yaml, values);
    var metadata = (ObjectNode) body.get("metadata");
    if (!OF_CLUSTER.contains(body.path("kind").asText()) && !metadata.has("namespace")) {
      metadata.put("namespace", install.namespace());
    }
    var labels = metadata.withObject("labels");
    labels(component).forEach(labels::put);
    metadata.withObject("annotations").put(Manifest.WHY, why);
    manifests.add(new Manifest(stage, body));
    return body;
  }

  List<Manifest> inOrder() {
    return manifests.stream().sorted(java.util.Comparator.comparing(Manifest::stage)).toList();
  }
}
