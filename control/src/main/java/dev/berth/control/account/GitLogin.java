package dev.berth.control.account;

import dev.berth.base.Problem;
import java.time.Instant;

/** What lets its user in at a git host. */
public record GitLogin(GitOrigin origin, String user, String token, Instant since) {
  private static final int USER_MAX = 255;
  private static final int TOKEN_MAX = 4096; // some hosts give signed tokens of 2 KiB

  public GitLogin {
    if (user.isBlank() || user.length() > USER_MAX || !isOneLine(user)) {
      throw new Problem.Invalid(
          "The login for %s has no user name.".formatted(origin),
          "Give your name at the host; with a token most take any, for example \"git\".");
    }
    if (token.isBlank() || token.length() > TOKEN_MAX || !isOneLine(token)) {
      throw new Problem.Invalid(
          "The login for %s has no token.".formatted(origin),
          "Make one in the host's settings that may read and write your repositories.");
    }
  }

  /** git's questions and answers are lines: what has two would answer another question. */
  private static boolean isOneLine(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  @Override
  public String toString() {
    return "GitLogin[" + origin + ", " + user + "]"; // never the token
  }
}
