package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import java.util.regex.Pattern;

/** What git's words about a host mean. Its messages are those of git 2.30 to 2.5x with LC_ALL=C. */
enum GitFailure {
  HOST_UNKNOWN("Could not resolve host|Could not resolve proxy"),
  NOT_REACHED("Failed to connect|Couldn't connect|Connection refused|No route to host|unreachable"),
  TOO_SLOW("timed out|Operation too slow|timeout"),
  TLS("SSL|TLS|certificate|schannel|gnutls"),
  REDIRECTED("returned error: 30[12378]"),
  NOT_ALLOWED(
      "Authentication failed|could not read (Username|Password)|terminal prompts disabled"
          + "|returned error: 40[13]|unable to read askpass"),
  NOT_FOUND("not found|returned error: 4(04|10)|does not (appear to be a git repository|exist)"),
  NO_GIT(
      "is this a git repository|invalid server response|bad line length|protocol error"
          + "|unexpected(ly)? |not valid"),
  BUSY("returned error: 429|returned error: 5[0-9][0-9]"),
  NO_SUCH_OBJECT("not our ref|unadvertised object|couldn't find remote ref|no such remote ref"),
  TOO_LARGE("File too large|signal 25|File size limit exceeded"),
  OTHER("");

  private final Pattern words;

  GitFailure(String words) {
    this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE);
  }

  /** What {@code errors}, all that git wrote there, say. */
  static GitFailure of(String errors) {
    // Without what is quoted: a repository may be called openssl.
    var cut = errors.substring(Math.max(0, errors.length() - 16_384)).replaceAll("'[^'\n]*'", "''");
    for (var failure : new GitFailure[] {TOO_LARGE, NO_SUCH_OBJECT}) {
      if (failure.words.matcher(cut).find()) return failure;
    }
    for (var failure : values()) {
      if (failure.words.matcher(cut).find()) return failure;
    }
    return OTHER;
  }

  /**
   * For the user.
   *
   * @param place the repository's address, or what of it was asked
   * @param said git's last line, already cleaned
   */
  Problem problem(String host, String place, String said) {
    var saying = said.isEmpty() ? "" : " (git: %s)".formatted(Quoted.printable(said, 300));
    return switch (this) {
      case HOST_UNKNOWN ->
          new Problem.Unavailable(
              "The host %s was not found%s.".formatted(host, saying),
              "Check its spelling, and that this server's name service knows it.");
      case NOT_REACHED ->
          new Problem.Unavailable(
              "The host %s does not take connections%s.".formatted(host, saying),
              "Check the port, and whether a firewall stands between this server and the host.");
      case TOO_SLOW ->
          new Problem.Unavailable(
              "The host %s does not answer in time%s.".formatted(host, saying),
              "Try again; if it happens again, look whether the host is well.");
      case TLS ->
          new Problem.Unavailable(
              "The host %s could not prove who it is, or does not speak TLS%s."
                  .formatted(host, saying),
              "Where a private authority signed its certificate, name that authority's file in trust.authorities of berth.yaml and start Berth again; workspaces trust it then, too.");
      case REDIRECTED ->
          new Problem.Unavailable(
              "%s sends on to another place%s.".formatted(place, saying),
              "Open the repository at its new address.");
      case NOT_ALLOWED, NOT_FOUND ->
          new Problem.Missing(
              "%s was not found or is private%s.".formatted(place, saying),
              "Check owner and name. For a private repository add a login for %s in the dashboard under Settings, Git access."
                  .formatted(host));
      case NO_GIT ->
          new Problem.Missing(
              "At %s no git repository answers%s.".formatted(place, saying),
              "Copy the address from the host's clone button.");
      case BUSY ->
          new Problem.Unavailable(
              "The host %s is busy or broken%s.".formatted(host, saying), "Try again later.");
      case NO_SUCH_OBJECT ->
          new Problem.Missing(
              "%s has no such commit%s.".formatted(place, saying),
              "Check the hash, and that the commit was pushed.");
      case TOO_LARGE ->
          new Problem.Unavailable(
              "%s sends more than is taken to look at it%s.".formatted(place, saying),
              "Open a branch of it by name.");
      case OTHER ->
          new Problem.Unavailable(
              "%s could not be read%s.".formatted(place, saying),
              "Try `git ls-remote %s` on this server to see more.".formatted(place));
    };
  }
}
