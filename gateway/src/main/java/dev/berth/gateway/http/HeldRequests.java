package dev.berth.gateway.http;

import dev.berth.protocol.WorkspaceId;
import java.util.HashMap;
import java.util.Map;

/**
 * How many requests are held until instances run. Each keeps its headers, up to 64 KiB, for as long
 * as it is held. Any thread may call.
 */
final class HeldRequests {
  /** A page of VS Code asks for fewer than ten things before it has an answer. */
  private static final int OF_A_WORKSPACE = 64;

  private static final int TOGETHER = 1000;

  /** Guarded by this, as is the sum. */
  private final Map<WorkspaceId, Integer> held = new HashMap<>();

  private int together;

  /** Whether one more may be held; who does gives it back. */
  synchronized boolean take(WorkspaceId workspace) {
    int own = held.getOrDefault(workspace, 0);
    if (own == OF_A_WORKSPACE || together == TOGETHER) return false;
    held.put(workspace, own + 1);
    together++;
    return true;
  }

  synchronized void giveBack(WorkspaceId workspace) {
    held.computeIfPresent(workspace, (_, own) -> own == 1 ? null : own - 1);
    together--;
  }
}
