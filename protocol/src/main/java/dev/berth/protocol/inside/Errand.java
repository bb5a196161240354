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

  /**
   * A piece of a working copy that is to be tried; all of one pack may come in any order.
   *
   * @param ticket chosen by who asks, another for each trial
   * @param at where in the pack it lies
   * @param bytes at most {@link #MOST} of them
   */
  record TrialPiece(String ticket, long at, byte[] bytes) implements Errand {
    /** In base64 and with what is around it, a request of 64 KiB. */
    public static final int MOST = 40 << 10;

    /** Of a whole pack: a working copy, with its history where that is not larger. */
    public static final long MOST_TOGETHER = 64L << 20;
  }

  /**
   * A commit of the pack shall be opened as another workspace, for as long as somebody looks at it.
   *
   * @param bytes of the whole pack
   * @param commit its full hash
   * @param branch that it is to be at
   * @param definition the file to read the definition from; the one that comes first where empty
   */
  record StartTrial(
      String ticket,
      long bytes,
      String commit,
      Optional<String> branch,
      Optional<String> definition)
      implements Errand {}

  /**
   * How a trial stands: answered with a {@link TrialView}.
   *
   * @param log whether to tell what its tasks printed, too
   */
  record LookAtTrial(String ticket, boolean log) implements Errand {}

  /** Nobody looks at the trial any more. */
  record EndTrial(String ticket) implements Errand {}

  /** Where SSH clients reach workspaces. */
  record SshDoor() implements Errand {}

  /** Whose workspace it is. */
  record WhoIs() implements Errand {}

  /** git wants to log in at {@code protocol://host}. */
  record Login(String protocol, String host) implements Errand {}

  /** The host did not take the login that was handed out. */
  record RejectedLogin(String protocol, String host) implements Errand {}
}
