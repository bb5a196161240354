package dev.berth.installer.manifests;

import dev.berth.base.json.Json;
import dev.berth.protocol.check.CheckRun;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;

/** What `berth install check` found last, where control reads it. */
public final class CheckRecord {
  /** Of the object in Berth's namespace. */
  public static final String NAME = "berth-checks";

  /** Whose object it is: it goes with control. */
  public static final String OWNER = "berth-control";

  static final String FILE = "checks.json";

  private CheckRecord() {}

  /** Nothing in it is secret. */
  public static ConfigMap of(CheckRun run, Deployment control) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(control.getMetadata().getNamespace())
        .addToLabels("app.kubernetes.io/part-of", "berth")
        .addToLabels("app.kubernetes.io/managed-by", "berth-install")
        .addToAnnotations(
            Manifest.WHY, "What berth install check found last, for the dashboard to show.")
        .addNewOwnerReference()
        .withApiVersion("apps/v1")
        .withKind("Deployment")
        .withName(control.getMetadata().getName())
        .withUid(control.getMetadata().getUid())
        .endOwnerReference()
        .endMetadata()
        .withData(Map.of(FILE, Json.write(run)))
        .build();
  }
}
