package dev.berth.control.workspace;

import dev.berth.protocol.InstanceId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.InstanceStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the supervisors said when they were last asked: shown to owners, never stored, for the next
 * look asks again.
 */
public final class LastSeen {
  /** What one said. */
  public record Sight(InstanceId instance, InstanceStatus status) {}

  private final Map<WorkspaceId, Sight> sights = new ConcurrentHashMap<>();

  /** Notes a sight; whether its owner would see a difference. */
  public boolean note(WorkspaceId id, Sight sight) {
    var before = sights.put(id, sight);
    return before == null
        || !before.instance().equals(sight.instance())
        || !before.status().ports().equals(sight.status().ports())
        || !before.status().editor().equals(sight.status().editor())
        || !before.status().definition().equals(sight.status().definition())
        || !before.status().notices().equals(sight.status().notices())
        || !before.status().tasks().equals(sight.status().tasks());
  }

  /** The last sight of an instance that may still be there. */
  public Optional<Sight> of(WorkspaceId id) {
    return Optional.ofNullable(sights.get(id));
  }

  /** Forgets an instance that is gone. */
  public void forget(WorkspaceId id) {
    sights.remove(id);
  }
}
