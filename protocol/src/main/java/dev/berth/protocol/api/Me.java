package dev.berth.protocol.api;

import dev.berth.protocol.UserId;
import java.util.List;

/**
 * Who is asking, and what this installation is.
 *
 * @param workspaceUrlPattern with {@code {id}} where the workspace's id comes
 */
public record Me(
    User user,
    String version,
    String dashboardUrl,
    String workspaceUrlPattern,
    List<SizeView> sizes) {
  public Me {
    sizes = List.copyOf(sizes);
  }

  /** An account. */
  public record User(UserId id, String name) {}

  /** A class of workspaces. */
  public record SizeView(String name, int cpuMillis, long memoryBytes) {}
}
