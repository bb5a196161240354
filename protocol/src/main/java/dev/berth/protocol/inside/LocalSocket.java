package dev.berth.protocol.inside;

import java.util.List;

/** Where in an instance its user's own processes reach the supervisor without a token. */
public final class LocalSocket {
  /**
   * The first of these that the supervisor could write; the second is in memory, in every instance.
   */
  public static final List<String> PATHS =
      List.of("/run/berth/supervisor.sock", "/dev/shm/berth/supervisor.sock");

  private LocalSocket() {}
}
