package dev.berth.runtime.kubernetes.pod;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The container beside the user's that restores the files of /workspace before it starts, saves
 * them while it runs and once more at its end. It sees them at {@link #FILES}, and which they are
 * in its variables {@code BERTH_WORKSPACE}, {@code BERTH_INSTANCE}, {@code BERTH_OWNER}, {@code
 * BERTH_HEADLESS} and, where they begin as another's, {@code BERTH_SEED}, a {@link
 * dev.berth.runtime.Seed} as JSON. It serves at {@link #PORT} of the pod's address ({@code
 * BERTH_POD_ADDRESS}) and of no other: the instance itself listens at that port of a loopback
 * address.
 *
 * @param environment the secret of the namespace whose entries are its variables: where saves go
 * @param saveGrace from the end of the user's processes to its own: the last save
 * @param restoreLongest how long it may take to restore before the start has failed
 */
public record ContentContainer(
    String image,
    List<String> command,
    List<String> args,
    Optional<String> environment,
    long memoryBytes,
    Duration saveGrace,
    Duration restoreLongest) {
  /** Where it finds the files of /workspace. */
  public static final String FILES = "/content/files";

  /** {@code GET /restored} answers 200 once they are there; {@code POST /save} when it saved. */
  public static final int PORT = 22998;

  public static final String RESTORED = "/restored";
  public static final String SAVE = "/save";

  public ContentContainer {
    command = List.copyOf(command);
    args = List.copyOf(args);
  }
}
