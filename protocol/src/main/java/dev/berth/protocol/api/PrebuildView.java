package dev.berth.protocol.api;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A prebuild as its owner sees it.
 *
 * @param repository owner and name, for people
 * @param ref the branch, tag or pull request that was named; empty for a bare commit
 * @param error why it failed
 * @param since when its state was last another
 */
public record PrebuildView(
    WorkspaceId id,
    String contextUrl,
    String repository,
    Optional<String> ref,
    Optional<String> commit,
    State state,
    Optional<String> error,
    Instant createdAt,
    Instant since) {
  /** How far it is. */
  public enum State {
    QUEUED,
    BUILDING,
    /** Workspaces begin with it. */
    AVAILABLE,
    FAILED,
    /** It was stopped before its tasks had ended. */
    ABORTED;

    /** Whether it stays as it is. */
    public boolean isLast() {
      return this == AVAILABLE || this == FAILED || this == ABORTED;
    }

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
