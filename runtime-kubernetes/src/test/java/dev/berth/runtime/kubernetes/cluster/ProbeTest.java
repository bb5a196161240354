package dev.berth.runtime.kubernetes.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.runtime.kubernetes.pod.Placement;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTest {
  @ParameterizedTest
  @CsvSource({
    "containerd://2.1.0, true",
    "containerd://2.4.0-beta, true",
    "containerd://10.0.1, true",
    "containerd://2.0.5, false",
    "containerd://1.7.27, false",
    "cri-o://1.31.0, true",
    "cri-o://1.30.4, false",
    "docker://28.0.1, false",
    "'', false",
  })
  void image_volumes_need_a_runtime_that_mounts_them(String runtime, boolean can) {
    assertThat(Probe.mountsImages(runtime)).isEqualTo(can);
  }

  @Test
  void user_namespaces_need_a_node_whose_default_runtime_says_so() {
    assertThat(maps("[{name: '', features: {userNamespaces: true}}]")).isTrue();
    assertThat(maps("[{name: '', features: {userNamespaces: false}}]")).isFalse();
    assertThat(maps("[{name: ''}, {name: other, features: {userNamespaces: true}}]")).isFalse();
    assertThat(maps("[]")).isFalse();
  }

  @Test
  void only_nodes_that_instances_run_on_count() {
    var nodes =
        Stream.of(
                "{name: a, labels: {gitpod.io/workload_workspace_regular: 'true'}}",
                "{name: b, labels: {gitpod.io/workload_workspace_headless: 'true'}}",
                "{name: c, labels: {gitpod.io/workload_meta: 'true'}}",
                "{name: d}")
            .map(meta -> "apiVersion: v1\nkind: Node\nmetadata: " + meta + "\n")
            .map(yaml -> Serialization.unmarshal(yaml, Node.class))
            .toList();

    assertThat(Probe.ours(nodes, Placement.DEFAULT))
        .extracting(node -> node.getMetadata().getName())
        .containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "node2 | regular | {}                    | True    | true",
        "node2 | regular | {unschedulable: true} | True    | false",
        "node2 | regular | {}                    | Unknown | false",
        "node2 | headless | {}                   | True    | false",
        "node1 | regular | {}                    | True    | false",
      })
  void another_node_is_one_that_could_take_the_very_pod(
      String name, String kind, String spec, String ready, boolean could) {
    var node =
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Node
            metadata: {name: %s, labels: {gitpod.io/workload_workspace_%s: 'true'}}
            spec: %s
            status: {conditions: [{type: Ready, status: '%s'}]}
            """
                .formatted(name, kind, spec, ready),
            Node.class);
    var pod =
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec:
              nodeName: node1
              containers: []
              affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:
                {nodeSelectorTerms: [{matchExpressions:
                  [{key: gitpod.io/workload_workspace_regular, operator: In, values: ['true']}]}]}}}
            """,
            Pod.class);

    assertThat(Probe.isAnotherReady(List.of(node), pod)).isEqualTo(could);
    assertThat(Probe.isAnotherReady(List.of(), pod)).isTrue();
  }

  private static boolean maps(String handlers) {
    return Probe.mapsUsers(
        Serialization.unmarshal(
            "apiVersion: v1\nkind: Node\nstatus: {runtimeHandlers: %s}\n".formatted(handlers),
            Node.class));
  }
}
