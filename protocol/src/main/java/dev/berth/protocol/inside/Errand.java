package dev.berth.protocol.inside;

import java.util.List;
import java.util.Optional;

/**
 * What a process of an instance asks of control, for its own workspace and that workspace's owner.
 * Whatever is asked may be asked twice.
 */
public sealed interface Errand {
  /** How the workspace looks to its owner: answered with a WorkspaceView. */
  record Look() implements Errand {}

  /** It shall stop. */
  record Stop() implements Errand {}

  /** After how long without use it stops. */
  record ReadTimeout() implements Errand {}

  /** It shall stop after another time without use, for this run. */
  record SetTimeout(long seconds) implements Errand {}

  /**
   * A port shall be open to others, or be spoken to in another way.
   *
   * @param visibility {@code private} or {@code public}
   * @param protocol {@code http} or {@code https}
   */
  record ChangePort(int port, Optional<String> visibility, Optional<String> protocol)
      implements Errand {}

  /** The owner's variables for this repository. */
  record ListVariables() implements Errand {}

  /**
   * Keeps a variable.
   *
   * @param everywhere for all repositories rather than for this one
   */
  record SetVariable(String name, String value, boolean everywhere) implements Errand {}

  /** Forgets a variable that was kept the same way. */
  record UnsetVariable(String name, boolean everywhere) implements Errand {}

  /** A file of the editor's settings of its user changed here; kept for all his workspaces. */
  record KeepPreference(String name, String text) implements Errand {}

  /**
   * Its user installed extensions of the editor or removed some; kept for all his workspaces.
   *
   * @param added {@code publisher.name}
   */
  record ChangeExtensions(List<String> added, List<String> removed) implements Errand {
    public ChangeExtensions {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }
  }

  /**
   * Its files as they are now shall stay as a point. A save may take long: who asks comes again
   * with the same ticket until he is told which point it is.
   *
   * @param ticket chosen by who asks, another for each point
   */
  record TakeSnapshot(String ticket) implements Errand {}

  /** Where SSH clients reach workspaces. */
  record SshDoor() implements Errand {}

  /** Whose workspace it is. */
  record WhoIs() implements Errand {}

  /** git wants to log in at {@code protocol://host}. */
  record Login(String protocol, String host) implements Errand {}

  /** The host did not take the login that was handed out. */
  record RejectedLogin(String protocol, String host) implements Errand {}
}
