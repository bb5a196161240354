package dev.berth.runtime.kubernetes.pod;

import dev.berth.base.json.Json;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
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
   * @param installation whose it is
   */
  public static Secret of(BootPlan plan, Map<String, String> contents, String installation) {
    var data = new TreeMap<String, String>();
    contents.forEach((name, value) -> data.put(name, base64(bytes(value))));
    data.put(Marks.bootKey(plan.instance().value()), base64(Json.bytes(plan)));
    data.put(Marks.tokenKey(plan.instance().value()), base64(bytes(plan.token())));
    return new SecretBuilder()
        .withNewMetadata()
        .withName(plan.workspace().value())
        .withLabels(labels(plan.workspace(), installation))
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

  /** What opens the door of an instance's content container; empty where the secret has none. */
  public static Optional<String> token(Secret secret, InstanceId instance) {
    return Optional.ofNullable(secret.getData())
        .map(data -> data.get(Marks.tokenKey(instance.value())))
        .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
  }

  private static Map<String, String> labels(WorkspaceId workspace, String installation) {
    return Map.of(
        Marks.MANAGED_BY,
        Marks.OURS,
        Marks.WORKSPACE,
        workspace.value(),
        Marks.INSTALLATION,
        installation);
  }
}
