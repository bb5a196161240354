package dev.berth.protocol.api;

import dev.berth.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * Who is asking, and what this installation is.
 *
 * @param workspaceUrlPattern with {@code {id}} where the workspace's id comes
 * @param deletedKeptSeconds how long a workspace that was deleted can be had back; 0 for not at all
 * @param ssh where workspaces are reached by SSH; empty where that is off
 */
public record Me(
    User user,
    String version,
    String dashboardUrl,
    String workspaceUrlPattern,
    List<SizeView> sizes,
    long deletedKeptSeconds,
    Optional<SshAddress> ssh) {
  public Me {
    sizes = List.copyOf(sizes);
  }

  /** An account. */
  public record User(UserId id, String name) {}

  /** The user name of an SSH client is the workspace's id. */
  public record SshAddress(String host, int port) {}

  /** A class of workspaces. */
  public record SizeView(String name, int cpuMillis, long memoryBytes) {}
}
