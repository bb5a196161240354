package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.protocol.Notice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What somebody asked to open, read but not yet looked for (gitpod-classic 4).
 *
 * @param text the same in its one written form, without prefixes; what is stored and compared
 * @param variables set in the workspace, from a {@code NAME=value/} prefix
 * @param notices for the user: what in it is not followed
 */
public record ContextUrl(
    String text,
    Repository repository,
    Wanted wanted,
    Map<String, String> variables,
    List<Notice> notices) {

  public ContextUrl {
    variables = Map.copyOf(variables);
    notices = List.copyOf(notices);
  }

  /**
   * Reads {@code text} as a whole; {@link Problem.Invalid} says which part of it makes no sense.
   * Asks nobody.
   */
  public static ContextUrl parse(String text) {
    return ContextText.parse(text);
  }

  /** Where the repository is. */
  public sealed interface Repository {
    /**
     * On a host.
     *
     * @param origin scheme, host and port: {@code https://git.example.com:8443}
     * @param host without the port
     * @param path from the host to the repository, decoded; the last may end with ".git"
     * @param fromSsh whether the user wrote an SSH address, which is asked by https
     */
    record Remote(String origin, String host, int port, List<String> path, boolean fromSsh)
        implements Repository {
      public Remote {
        path = List.copyOf(path);
      }
    }

    /** A folder of this machine; nobody has looked yet whether it may be opened. */
    record Folder(Path path) implements Repository {}
  }

  /** What of the repository is meant. */
  public sealed interface Wanted {
    record DefaultBranch() implements Wanted {}

    /**
     * A name, which may hold slashes.
     *
     * @param parts the name and, where {@code pathFollows}, perhaps a path behind it
     */
    record Named(Kind kind, List<String> parts, boolean pathFollows) implements Wanted {
      public Named {
        parts = List.copyOf(parts);
      }
    }

    /** A commit by its hash or at least 7 digits of it, in small letters. */
    record Commit(String hash) implements Wanted {}

    /**
     * A pull or merge request.
     *
     * @param ref where its host shows its newest commit
     */
    record PullRequest(int number, String ref) implements Wanted {}

    /** An issue: the default branch, as its words are only to be had from the host's API. */
    record Issue(int number) implements Wanted {}

    /** What a name may be of. */
    enum Kind {
      BRANCH,
      TAG,
      /** A branch, else a tag, else a commit. */
      ANY
    }
  }
}
