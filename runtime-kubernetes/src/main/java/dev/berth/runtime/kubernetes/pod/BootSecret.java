package dev.berth.runtime.kubernetes.pod;

import dev.berth.base.json.Json;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.Map;

/**
 * The secret of a workspace, named as it is: by being there it says that the workspace is, and it
 * holds the boot plans of its instances, each under a key of its own. Two controls that start the
 * same workspace at once so never hand one's plan to the other's pod.
 */
public final class BootSecret {
  private BootSecret() {}

  /** One with a plan. */
  public static Secret of(BootPlan plan) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(plan.workspace().value())
        .withLabels(labels(plan.workspace()))
        .endMetadata()
        .withType("berth.dev/workspace")
        .withData(
            Map.of(
                Marks.bootKey(plan.instance().value()),
                Base64.getEncoder().encodeToString(Json.bytes(plan))))
        .build();
  }

  private static Map<String, String> labels(WorkspaceId workspace) {
    return Map.of(Marks.MANAGED_BY, Marks.OURS, Marks.WORKSPACE, workspace.value());
  }
}
