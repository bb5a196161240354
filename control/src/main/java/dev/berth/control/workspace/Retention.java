package dev.berth.control.workspace;

import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long workspaces are kept that nobody wants any more (gitpod-classic 2.10). Prebuilds are not
 * among them: {@link Expiry}.
 *
 * @param deleted how long one that was deleted can be had back; zero for not at all
 * @param unused how long one is kept that nobody uses, before it is deleted by itself; zero for
 *     ever
 */
public record Retention(Duration deleted, Duration unused) {
  /** What holds where the configuration says nothing. */
  public static final Retention DEFAULT = new Retention(Duration.ofDays(14), Duration.ZERO);

  /** Until when a workspace that was deleted then can be had back. */
  public Instant until(Intent.Discard discard) {
    return discard.since().plus(deleted);
  }

  /** When it is deleted by itself where nobody uses it before; empty where it stays. */
  public Optional<Instant> unusedAt(Workspace workspace) {
    boolean rests =
        switch (workspace.phase()) {
          case Phase.Stopped _, Phase.Failed _ -> workspace.intent() instanceof Intent.Stop;
          case Phase.Pending _, Phase.Starting _, Phase.Running _, Phase.Stopping _ -> false;
        };
    boolean stays = workspace.state().choices().pinned() || isShortLived(workspace);
    if (!rests || stays || !unused.isPositive()) return Optional.empty();
    return Stream.of(workspace.createdAt(), workspace.lastActiveAt(), workspace.phase().since())
        .max(Instant::compareTo)
        .map(last -> last.plus(unused));
  }

  /** When something of the kind happens to it by itself; what its owner is shown. */
  Optional<Instant> keptUntil(Workspace workspace) {
    return workspace.intent() instanceof Intent.Discard discard
        ? Optional.of(until(discard))
        : unusedAt(workspace);
  }

  /** One in which nobody works: it is gone at once when it is deleted. */
  static boolean isShortLived(Workspace workspace) {
    return workspace.plan().headless() || workspace.id().isTrial();
  }
}
