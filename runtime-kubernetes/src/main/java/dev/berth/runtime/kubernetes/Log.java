package dev.berth.runtime.kubernetes;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.pod.Marks;
import dev.berth.runtime.kubernetes.reading.Reading;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a workspace's last instance printed: its pod has it, and then the workspace's secret. */
record Log(Cluster cluster, WorkspaceId workspace) {
  String end() {
    var said =
        cluster
            .pod(workspace)
            .filter(pod -> Reading.instance(pod).isPresent())
            .map(cluster::log)
            .orElse("");
    return said.isEmpty() ? cluster.secret(workspace).map(Log::kept).orElse("") : said;
  }

  private static String kept(Secret secret) {
    var data = secret.getData();
    var text = data == null ? null : data.get(Marks.LOG_KEY);
    return text == null ? "" : new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  /** Keeps it beyond the pod, which is about to go. */
  void keep(Pod pod) {
    var said = cluster.log(pod);
    if (!said.isEmpty()) cluster.keep(workspace, Marks.LOG_KEY, said);
  }
}
