package dev.berth.supervisor.content;

import dev.berth.base.Problem;
import java.util.Locale;
import java.util.Optional;

/** What git's last words mean for who wants the clone. */
final class GitFailure {
  /** As the credential helper begins what it tells people. */
  private static final String HINT = "gp: ";

  private GitFailure() {}

  /** Whether the same again may help: the network, or a server that is busy. */
  static boolean mayPass(String messages) {
    var said = messages.toLowerCase(Locale.ROOT);
    return contains(
            said,
            "resolve host",
            "connection refused",
            "connection timed out",
            "connection reset",
            "connection was reset",
            "failed to connect",
            "couldn't connect",
            "network is unreachable",
            "no route to host",
            "early eof",
            "hung up unexpectedly",
            "unexpected disconnect",
            "transfer closed",
            "empty reply from server",
            "recv failure",
            "operation too slow",
            "timed out",
            "returned error: 429",
            "returned error: 5")
        && !contains(said, "no space left", "disk quota exceeded")
        && !notWhole(messages);
  }

  /** Whether the other end lacks objects of its own: a damaged repository, or a partial copy. */
  static boolean notWhole(String messages) {
    return contains(
        messages.toLowerCase(Locale.ROOT),
        "repository corruption",
        "remote: fatal: unable to read",
        "remote: fatal: bad object",
        "remote: error: could not read",
        "missing necessary objects");
  }

  static boolean unknownHost(String messages) {
    return contains(messages.toLowerCase(Locale.ROOT), "resolve host");
  }

  /** What to tell of it. */
  static Problem words(String url, String messages) {
    var said = messages.toLowerCase(Locale.ROOT);
    var clone = "Cannot clone " + url + ": ";
    if (contains(said, "no space left", "disk quota exceeded")) {
      return new Problem.Unavailable(
          clone + "the disk is full.",
          "Free space on the machine, or take a smaller repository, then start the workspace again.");
    }
    if (contains(said, "resolve host")) {
      return new Problem.Unavailable(
          clone + "its host cannot be found.",
          "Check the address, and that the machine's DNS knows it, then start the workspace again.");
    }
    if (notWhole(messages)) {
      return new Problem.Unavailable(
          clone + "the repository there is not whole: " + remote(messages),
          "Mend it there (git fsck names what is missing), or open another copy of it.");
    }
    if (contains(said, "dubious ownership")) {
      return new Problem.Refused(
          clone + "the folder belongs to another user.",
          "Let the image's git be 2.36 or newer, or give the folder another owner.");
    }
    if (contains(said, "repository not found", "returned error: 404", "not found")
        || contains(said, "does not appear to be a git repository", "does not exist")) {
      return new Problem.Missing(
          clone + "there is no such repository, or it is not shown to strangers.",
          "Check the address; a private repository needs access.");
    }
    if (contains(
        said,
        "could not read username",
        "authentication failed",
        "returned error: 401",
        "returned error: 403",
        "terminal prompts disabled",
        "permission denied",
        "host key verification failed")) {
      return new Problem.Refused(
          clone + "the server wants a login.",
          hint(messages)
              .orElse(
                  "Add one in the dashboard under Settings, Git access, or open the repository by its https address."));
    }
    if (contains(said, "ssl", "certificate")) {
      return new Problem.Refused(
          clone + "its TLS certificate is not trusted: " + last(messages),
          "Let whoever runs Berth name the authority that signed it in trust.authorities of berth.yaml, then start the workspace again.");
    }
    if (contains(said, "transport '", "not allowed")) {
      return new Problem.Refused(
          clone + "this kind of address is not allowed.",
          "Use an https, ssh, git or file address.");
    }
    if (mayPass(messages)) {
      return new Problem.Unavailable(
          clone + "its host does not answer: " + last(messages),
          "Check that the host is up and that workspaces may reach it (network in berth.yaml), then start the workspace again.");
    }
    return new Problem.Unavailable(
        clone + "git says: " + last(messages), "Start the workspace again, or clone by hand.");
  }

  /** What control said where it was asked for a login and gave none. */
  private static Optional<String> hint(String messages) {
    return messages
        .lines()
        .filter(line -> line.startsWith(HINT))
        .map(line -> line.substring(HINT.length()))
        .findFirst();
  }

  /** The line that says most: the last fatal one, or the last. */
  private static String last(String messages) {
    var lines = messages.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    var fatal =
        lines.reversed().stream()
            .filter(line -> line.startsWith("fatal:") || line.startsWith("error:"))
            .findFirst();
    var line = fatal.orElse(lines.isEmpty() ? "nothing" : lines.getLast());
    return line.substring(0, Math.min(line.length(), 300));
  }

  /** What the other end died of; its first words on it, as what follows are consequences. */
  private static String remote(String messages) {
    return messages
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("remote: fatal:") || line.startsWith("remote: error:"))
        .map(line -> line.substring("remote: ".length()))
        .findFirst()
        .map(line -> line.substring(0, Math.min(line.length(), 300)))
        .orElseGet(() -> last(messages));
  }

  private static boolean contains(String said, String... words) {
    for (var word : words) {
      if (said.contains(word)) return true;
    }
    return false;
  }
}
