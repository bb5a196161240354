package dev.berth.runtime.kubernetes.reading;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/** Pods as an API server tells of them, from their YAML. */
final class Pods {
  static final String INSTANCE = "11111111-2222-4333-8444-555555555555";

  private Pods() {}

  /**
   * One of ours, made at 10:00:00, with this status and more metadata (each line indented by 2).
   */
  static Pod of(String moreMetadata, String status) {
    return pod(moreMetadata, "", status);
  }

  /** The same beside a content container. */
  static Pod withContent(String moreMetadata, String status) {
    return pod(moreMetadata, "  initContainers: [{name: content, image: c}]\n", status);
  }

  private static Pod pod(String moreMetadata, String moreSpec, String status) {
    return Serialization.unmarshal(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: octo-hello-abcdefghijk
          uid: u
          creationTimestamp: "2026-11-22T10:00:00Z"
        %sspec:
          nodeName: node1
          terminationGracePeriodSeconds: 30
          affinity:
            nodeAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
                nodeSelectorTerms:
                - matchExpressions:
                  - {key: gitpod.io/workload_workspace_regular, operator: In, values: ["true"]}
        %s  containers:
          - name: workspace
            image: i
            resources: {limits: {memory: "268435456"}}
          volumes:
          - name: boot
            secret: {secretName: octo-hello-abcdefghijk, items: [{key: %s.json, path: boot.json}]}
        status:
        %s\
        """
            .formatted(moreMetadata, moreSpec, INSTANCE, status.indent(2)),
        Pod.class);
  }

  /** Reports, each "time reason message" of 2026-11-22. */
  static List<Event> events(String... lines) {
    return List.of(lines).stream()
        .map(line -> line.split(" ", 3))
        .map(words ->
            Serialization.unmarshal(
                """
                apiVersion: v1
                kind: Event
                metadata: {name: e}
                lastTimestamp: "2026-11-22T%sZ"
                reason: %s
                message: '%s'
                """
                    .formatted(words[0], words[1], words[2]),
                Event.class))
        .toList();
  }

  /** On its node since 10:00:01, with the network since :02, and the container in this state. */
  static String onNode(String phase, String state) {
    return """
    phase: %s
    podIP: 10.244.0.7
    conditions:
    - {type: PodScheduled, status: "True", lastTransitionTime: "2026-11-22T10:00:01Z"}
    - {type: PodReadyToStartContainers, status: "True", lastTransitionTime: "2026-11-22T10:00:02Z"}
    containerStatuses:
    - {name: workspace, restartCount: 0, state: %s}
    """
        .formatted(phase, state);
  }
}
