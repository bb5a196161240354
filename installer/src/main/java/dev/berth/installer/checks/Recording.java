package dev.berth.installer.checks;

import dev.berth.base.Problem;
import dev.berth.installer.cluster.Target;
import dev.berth.installer.manifests.CheckRecord;
import dev.berth.protocol.check.CheckRun;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;

/** Leaves what checks found in the installation, whose dashboard shows it. */
public final class Recording {
  private Recording() {}

  /** Why it is not left there; empty where it is. */
  public static Optional<String> of(Target target, String namespace, CheckRun run) {
    try {
      var control = target.control(namespace);
      if (control.isEmpty()) return Optional.of("Berth is not installed yet");
      var record = CheckRecord.of(run, control.get());
      target.ask(
          "Recording the checks",
          () ->
              target
                  .client()
                  .configMaps()
                  .inNamespace(namespace)
                  .resource(record)
                  .patch(
                      new PatchContext.Builder()
                          .withPatchType(PatchType.SERVER_SIDE_APPLY)
                          .withFieldManager("berth-install")
                          .withForce(true)
                          .build()));
      return Optional.empty();
    } catch (Problem problem) {
      return Optional.of(problem.words());
    }
  }
}
