package dev.berth.node.pod;

import dev.berth.protocol.InstanceId;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import dev.berth.snapshots.format.OwnerKeys;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What the content container of a pod is told.
 *
 * @param token who brings it may ask at the door: the instance's own
 * @param ownerKey what opens this owner's snapshots and no other's, 64 hexadecimal digits
 * @param seed what the files are made from where the workspace has none yet
 * @param every how long a change waits at most to be saved
 * @param exclude what is not saved, as lines of a {@code .gitignore}
 * @param largestFileBytes a larger file is not saved
 */
public record PodOrder(
    WorkspaceId workspace,
    InstanceId instance,
    UserId owner,
    String token,
    String ownerKey,
    Optional<Seed> seed,
    Duration every,
    List<String> exclude,
    long largestFileBytes) {
  public PodOrder {
    exclude = List.copyOf(exclude);
  }

  /** The key of an owner, made of the installation's for snapshots. */
  public static String ownerKey(byte[] key, UserId owner) {
    return HexFormat.of().formatHex(OwnerKeys.ownerKey(key, owner.toString()));
  }

  @Override
  public String toString() {
    return "PodOrder[" + workspace + ", " + instance + "]"; // not the key
  }
}
