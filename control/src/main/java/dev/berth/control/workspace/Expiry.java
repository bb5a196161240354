package dev.berth.control.workspace;

import dev.berth.protocol.Intent;
import dev.berth.protocol.WorkspaceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Which prebuilds go by themselves; touches nothing (gitpod-classic 2.10). */
public final class Expiry {
  /** Older ones that nobody used within as long go. */
  static final Duration UNUSED = Duration.ofDays(7);

  private Expiry() {}

  /** Those among all workspaces of the installation. */
  public static List<WorkspaceId> prebuilds(List<Workspace> all, Instant now) {
    var before = now.minus(UNUSED);
    return all.stream()
        .filter(one -> one.plan().headless() && PrebuildChoice.isOver(one))
        .filter(one -> !(one.intent() instanceof Intent.Delete))
        .filter(one -> one.createdAt().isBefore(before))
        .filter(one -> all.stream().noneMatch(other -> wasOpenedOn(one, other, before)))
        .map(Workspace::id)
        .toList();
  }

  private static boolean wasOpenedOn(Workspace prebuild, Workspace other, Instant since) {
    return other.createdAt().isAfter(since)
        && other.plan().prebuilt().map(Plan.Prebuilt::prebuild).equals(Optional.of(prebuild.id()));
  }
}
