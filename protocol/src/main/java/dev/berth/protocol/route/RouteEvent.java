package dev.berth.protocol.route;

import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.util.List;
import java.util.Set;

/**
 * One event of the stream that feeds the gateway's route table (server-sent events, the JSON of one
 * of these as data). A stream begins with {@link All}; each later one changes one row.
 */
public sealed interface RouteEvent {
  /**
   * The whole table: what is not in it is gone.
   *
   * @param unseen those of it that run, but have not been asked where since control started: where
   *     they were known to run before holds, nothing else, and {@link Changed} will tell
   */
  record All(List<Route> routes, Set<WorkspaceId> unseen) implements RouteEvent {
    public All {
      routes = List.copyOf(routes);
      unseen = Set.copyOf(unseen);
    }
  }

  /** A row is new or changed. */
  record Changed(Route route) implements RouteEvent {}

  /** A workspace is gone. */
  record Gone(WorkspaceId workspace) implements RouteEvent {}

  /** A session ended: cookies that were handed out for it open nothing any more. */
  record SessionEnded(String session) implements RouteEvent {}

  /**
   * The SSH keys of a user, in the place of what was said of them before; one for each user at the
   * beginning of a stream.
   *
   * @param keys type and base64 as OpenSSH writes them, without comment
   */
  record SshKeys(UserId user, List<String> keys) implements RouteEvent {
    public SshKeys {
      keys = List.copyOf(keys);
    }
  }
}
