package dev.berth.runtime.kubernetes.pod;

import dev.berth.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The container beside the user's that restores the files of /workspace before it starts, saves
 * them while it runs and once more at its end. The volume of the files is shown to it at {@link
 * #VOLUME}, with /workspace as its folder {@link #FILES}. Which they are is in its variables {@code
 * BERTH_WORKSPACE}, {@code BERTH_INSTANCE}, {@code BERTH_OWNER}, {@code BERTH_HEADLESS} and, where
 * they begin as another's, {@code BERTH_SEED}, a {@link dev.berth.runtime.Seed} as JSON; {@code
 * BERTH_TOKEN} is what who asks it must bring, but for {@link #RESTORED}. It serves at {@link
 * #PORT} of the pod's address ({@code BERTH_POD_ADDRESS}) and of no other: the instance itself
 * listens at that port of a loopback address.
 *
 * @param secrets more of its variables, by the workspace's owner: where saves go and what opens
 *     them. They are in the workspace's secret, and the user's container does not see them
 * @param saveGrace from the end of the user's processes to its own: the last save
 * @param restoreLongest how long it may take to restore before the start has failed
 */
public record ContentContainer(
    String image,
    List<String> command,
    List<String> args,
    Function<UserId, Map<String, String>> secrets,
    long memoryBytes,
    Duration saveGrace,
    Duration restoreLongest) {
  /** Where it finds the volume. */
  public static final String VOLUME = "/content";

  /** The folder of the volume that the user sees at /workspace; it makes it. */
  public static final String FILES = "files";

  /** {@code GET /restored} answers 200 once they are there; {@code POST /save} when it saved. */
  public static final int PORT = 22998;

  public static final String RESTORED = "/restored";

  /** {@code GET} answers JSON, in whose {@code trouble} is why it is not done yet. */
  public static final String STATUS = "/status";

  public static final String SAVE = "/save";

  public ContentContainer {
    command = List.copyOf(command);
    args = List.copyOf(args);
  }
}
