package dev.berth.control.account;

import dev.berth.base.Problem;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A git host as one logs in there: scheme, name and perhaps a port. Two schemes are two origins: a
 * token for https is never sent in plain words.
 */
public record GitOrigin(String text) {
  private static final Pattern WRITTEN =
      Pattern.compile(
          "(?:(https?)://)?([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\\[[0-9a-f:.]{2,45}])(?::([0-9]{1,5}))?/?");

  /** Reads one as a person writes it: {@code git.example.com} is https. */
  public static GitOrigin parse(String written) {
    var match = WRITTEN.matcher(written.strip().toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      throw new Problem.Invalid(
          "That is no git host.", "Write its name, for example git.example.com.");
    }
    var scheme = match.group(1) == null ? "https" : match.group(1);
    var port = match.group(3);
    boolean usual = port == null || Integer.parseInt(port) == (scheme.equals("https") ? 443 : 80);
    return new GitOrigin(scheme + "://" + match.group(2) + (usual ? "" : ":" + port));
  }

  /** That of a repository's address; empty for one that is no web address. */
  public static Optional<GitOrigin> ofUrl(String url) {
    if (!url.startsWith("https://") && !url.startsWith("http://")) return Optional.empty();
    int path = url.indexOf('/', url.indexOf("://") + 3);
    var origin = path < 0 ? url : url.substring(0, path);
    try {
      return Optional.of(parse(origin.replaceFirst("//[^@]*@", "//")));
    } catch (Problem.Invalid e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
