package dev.berth.runtime.kubernetes.pod;

import dev.berth.base.json.Json;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * The secret of a workspace, named as it is: by being there it says that the workspace is, and it
 * holds the boot plans of its instances, each under a key of its own. Two controls that start the
 * same workspace at once so never hand one's plan to the other's pod.
 */
public final class BootSecret {
  private BootSecret() {}

  /**
   * One with a plan.
   *
   * @param contents what only the content container sees
   */
  public static Secret of(BootPlan plan, Map<String, String> contents) {
    var data = new TreeMap<String, String>();
    contents.forEach((name, value) -> data.put(name, base64(bytes(value))));
    data.put(Marks.bootKey(plan.instance().value()), base64(Json.bytes(plan)));
    return new SecretBuilder()
        .withNewMetadata()
        .withName(plan.workspace().value())
        .withLabels(labels(plan.workspace()))
        .endMetadata()
        .withType("berth.dev/workspace")
        .withData(data)
        .build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static Map<String, String> labels(WorkspaceId workspace) {
    return Map.of(Marks.MANAGED_BY, Marks.OURS, Marks.WORKSPACE, workspace.value());
  }
}
