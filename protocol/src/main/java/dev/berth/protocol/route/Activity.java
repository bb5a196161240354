package dev.berth.protocol.route;

import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.Map;

/** When each workspace was last asked something through the gateway, since the last report. */
public record Activity(Map<WorkspaceId, Instant> lastRequest) {
  public Activity {
    lastRequest = Map.copyOf(lastRequest);
  }
}
