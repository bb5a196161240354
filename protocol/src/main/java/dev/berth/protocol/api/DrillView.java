package dev.berth.protocol.api;

import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.List;

/** What is known of the last drill: workspaces that were restored for a try. */
public sealed interface DrillView {
  /** It goes on. */
  record Running(Instant began) implements DrillView {}

  /** It came to its end. */
  record Done(Instant began, Instant ended, List<Restored> workspaces) implements DrillView {
    public Done {
      workspaces = List.copyOf(workspaces);
    }
  }

  /** It could not be done. */
  record Failed(Instant began, Instant ended, String what, String remedy) implements DrillView {}

  /**
   * One workspace, restored into a folder of its own and compared.
   *
   * @param point its newest saved moment, which began {@code at}
   * @param recoveryPointMillis how much of the newest work a loss of the machine would have lost
   * @param recoveryTimeMillis how long it took until all files were there
   * @param files that were compared, of so many {@code bytes}
   * @param differences for people; none where all was as it was saved
   * @param more differences that are not among them
   */
  record Restored(
      WorkspaceId workspace,
      String point,
      Instant at,
      long recoveryPointMillis,
      long recoveryTimeMillis,
      long files,
      long bytes,
      List<String> differences,
      long more) {
    public Restored {
      differences = List.copyOf(differences);
    }
  }
}
