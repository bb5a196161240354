package dev.berth.control.account;

import dev.berth.base.Problem;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which repositories a variable is for: {@code owner/name}, either of them perhaps {@code *}, in
 * small letters (gitpod-classic 3.4).
 */
public record RepositoryPattern(String owner, String name) {
  /** All repositories. */
  public static final RepositoryPattern ALL = new RepositoryPattern("*", "*");

  private static final Pattern SEGMENTS =
      Pattern.compile("([a-z0-9_.-]+|\\*)/((?:[a-z0-9_.-]+/)*[a-z0-9_.-]+|\\*)");

  private static final int LENGTH_MAX = 200;

  /** Reads one as a person writes it. */
  public static RepositoryPattern parse(String text) {
    var match = SEGMENTS.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (text.length() > LENGTH_MAX || !match.matches()) {
      throw new Problem.Invalid(
          "That is no pattern of repositories.",
          "Write owner/repository; * stands for any: octo/*, */*.");
    }
    return new RepositoryPattern(match.group(1), match.group(2));
  }

  /** The one repository; of nested groups the first is the owner, the rest belongs to the name. */
  public static RepositoryPattern of(String owner, String name) {
    var words = (owner.isBlank() ? "local" : owner) + "/" + name;
    var plain = words.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_./-]", "-");
    int slash = plain.indexOf('/');
    return new RepositoryPattern(plain.substring(0, slash), plain.substring(slash + 1));
  }

  /** Whether it speaks of {@code repository}. */
  public boolean covers(RepositoryPattern repository) {
    return (owner.equals("*") || owner.equals(repository.owner()))
        && (name.equals("*") || name.equals(repository.name()));
  }

  /** 0 for one repository, more the wider it is: of several that cover one the least counts. */
  public int width() {
    return (name.equals("*") ? 1 : 0) + (owner.equals("*") ? 2 : 0);
  }

  @Override
  public String toString() {
    return owner + "/" + name;
  }
}
