package dev.berth.control.account;

import dev.berth.base.Problem;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which repositories a variable is for: {@code owner/name}, either of them perhaps {@code *}, in
 * small letters (gitpod-classic 3.4). Anybody may call himself like another's owner at a host of
 * his own, so it may say the host, too: {@code https://git.example.com/owner/name}.
 *
 * @param host whose repositories they are; empty for any that its user knows
 */
public record RepositoryPattern(Optional<String> host, String owner, String name) {
  /** All repositories. */
  public static final RepositoryPattern ALL = new RepositoryPattern(Optional.empty(), "*", "*");

  private static final Pattern WORDS =
      Pattern.compile(
          "(?:https?://([a-z0-9.:\\[\\]-]{1,255})/)?([a-z0-9_.-]+|\\*)/((?:[a-z0-9_.-]+/)*[a-z0-9_.-]+|\\*)");

  private static final int LENGTH_MAX = 200;

  public RepositoryPattern {
    host = host == null ? Optional.empty() : host; // rows of the first days have none
  }

  /** Reads one as a person writes it. */
  public static RepositoryPattern parse(String text) {
    var match = WORDS.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (text.length() > LENGTH_MAX || !match.matches()) {
      throw new Problem.Invalid(
          "That is no pattern of repositories.",
          "Write owner/repository, perhaps with https://HOST/ before; * stands for any: octo/*, */*.");
    }
    return new RepositoryPattern(
        Optional.ofNullable(match.group(1)), match.group(2), match.group(3));
  }

  /** The one repository; of nested groups the first is the owner, the rest belongs to the name. */
  public static RepositoryPattern of(String host, String owner, String name) {
    var words = (owner.isBlank() ? "local" : owner) + "/" + name;
    var plain = words.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_./-]", "-");
    int slash = plain.indexOf('/');
    return new RepositoryPattern(
        Optional.of(host.toLowerCase(Locale.ROOT)),
        plain.substring(0, slash),
        plain.substring(slash + 1));
  }

  /** Whether it speaks of {@code repository}. */
  public boolean covers(RepositoryPattern repository) {
    return (host.isEmpty() || host.equals(repository.host()))
        && (owner.equals("*") || owner.equals(repository.owner()))
        && (name.equals("*") || name.equals(repository.name()));
  }

  /** Whether it means somebody in particular without saying where. */
  public boolean leavesHostOpen() {
    return host.isEmpty() && !owner.equals("*");
  }

  /** The same without a host. */
  public RepositoryPattern withoutHost() {
    return new RepositoryPattern(Optional.empty(), owner, name);
  }

  /** 0 for one repository, more the wider it is: of several that cover one the least counts. */
  public int width() {
    return (host.isEmpty() ? 1 : 0) + (name.equals("*") ? 2 : 0) + (owner.equals("*") ? 4 : 0);
  }

  @Override
  public String toString() {
    return host.map(at -> "https://" + at + "/").orElse("") + owner + "/" + name;
  }
}
