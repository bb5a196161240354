package dev.berth.control.errand;

import dev.berth.protocol.WorkspaceId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How often each workspace may ask for changes. Every method locks. */
final class Pace {
  /** A user's script that sets all of its variables at once. */
  private static final int BURST = 20;

  private static final long NANOS_EACH = 200_000_000; // five each second

  /** Of those that asked last; more run on no machine. */
  private static final int WORKSPACES_MAX = 4096;

  private final LongSupplier clockNanos;
  private final Map<WorkspaceId, Long> paid = new LinkedHashMap<>(16, 0.75f, true);

  Pace(LongSupplier clockNanos) {
    this.clockNanos = clockNanos;
  }

  /** Whether the workspace may have one more; it counts then. */
  synchronized boolean allows(WorkspaceId workspace) {
    long now = clockNanos.getAsLong();
    long until = Math.max(now, paid.getOrDefault(workspace, now)) + NANOS_EACH;
    if (until - now > BURST * NANOS_EACH) return false;
    paid.put(workspace, until);
    if (paid.size() > WORKSPACES_MAX) paid.remove(paid.keySet().iterator().next());
    return true;
  }
}
