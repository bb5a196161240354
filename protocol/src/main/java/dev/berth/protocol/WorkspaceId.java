package dev.berth.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.base.Problem;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The name of a workspace for as long as it lives, and the first label of its host names: {@code
 * <owner>-<repository>-<11 of [a-z0-9]>} (gitpod-classic 4.6). That of its trial has {@code debug-}
 * before it.
 */
public record WorkspaceId(@JsonValue String value) implements Comparable<WorkspaceId> {
  private static final String TRIAL = "debug-";

  /**
   * At most 6 + 16 + 1 + 16 + 1 + 11 characters, so that a port before it still fits a DNS label.
   */
  public static final Pattern PATTERN =
      Pattern.compile("(?:" + TRIAL + ")?[0-9a-z]{2,16}-[0-9a-z]{2,16}-[0-9a-z]{11}");

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final RandomGenerator RANDOM = new SecureRandom();

  /** Takes a name that was parsed or made before; {@link Problem.Invalid} for any other. */
  @JsonCreator
  public WorkspaceId {
    if (!PATTERN.matcher(value).matches()) {
      throw new Problem.Invalid(
          "\"%s\" is no workspace id.".formatted(shortened(value)),
          "Give one as `berth list` shows it, for example octo-hello-abcdefghijk.");
    }
  }

  /** The id that {@code text} is, whole; empty for anything else. */
  public static Optional<WorkspaceId> parse(String text) {
    return PATTERN.matcher(text).matches() ? Optional.of(new WorkspaceId(text)) : Optional.empty();
  }

  /**
   * The id of the workspace in which this one's files are tried as they are (gitpod-classic 8.1).
   */
  public WorkspaceId trial() {
    if (isTrial()) throw new IllegalStateException(value + " is a trial itself");
    return new WorkspaceId(TRIAL + value);
  }

  /** Whether it is a trial's: any other has two hyphens. */
  public boolean isTrial() {
    return value.chars().filter(letter -> letter == '-').count() == 3;
  }

  /** A new id for a workspace of {@code owner}'s {@code repository}, whatever these contain. */
  public static WorkspaceId create(String owner, String repository) {
    var first = segment(owner, "blue");
    var second = segment(repository, "otter");
    var head = cut(first, Math.max(11, 22 - second.length()));
    var tail = cut(second, Math.max(11, 22 - first.length()));
    var random = new StringBuilder(11);
    for (int i = 0; i < 11; i++) random.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    return new WorkspaceId(head + "-" + tail + "-" + random);
  }

  private static String segment(String text, String instead) {
    var clean = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    return clean.length() < 2 ? instead : cut(clean, 16);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }

  private static String shortened(String text) {
    var printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= 60 ? printable : printable.substring(0, 60) + "...";
  }

  @Override
  public int compareTo(WorkspaceId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
