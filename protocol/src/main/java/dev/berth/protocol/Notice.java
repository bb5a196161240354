package dev.berth.protocol;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import java.util.Locale;

/** What else an owner should know of a workspace, for people, and how grave that is. */
public record Notice(Kind kind, String text) {
  /** How grave it is, in the words of editors. */
  public enum Kind {
    /** Nothing is amiss: it only wants to be known. */
    INFORMATION,
    /** Something is there in another way than was wanted. */
    WARNING,
    /** Something that was wanted is not there, or does not work. */
    ERROR;

    /** As programs read it: {@code error}. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one whose word this is. */
    public static Kind of(String word) {
      for (var each : values()) {
        if (each.word().equals(word)) return each;
      }
      throw new Problem.Invalid(
          "%s is no kind of notice.".formatted(Quoted.text(word)),
          "Write information, warning or error.");
    }
  }

  /** Nothing is amiss: it only wants to be known. */
  public static Notice information(String text) {
    return new Notice(Kind.INFORMATION, text);
  }

  /** Something is there in another way than was wanted. */
  public static Notice warning(String text) {
    return new Notice(Kind.WARNING, text);
  }

  /** Something that was wanted is not there, or does not work. */
  public static Notice error(String text) {
    return new Notice(Kind.ERROR, text);
  }

  /** What was found in a definition, in the words of whoever tells it. */
  public static Notice found(Severity severity, String text) {
    return switch (severity) {
      case ERROR -> error(text);
      case WARNING -> warning(text);
    };
  }

  /** On a line of its own, as compilers begin theirs. */
  public String line() {
    return switch (kind) {
      case INFORMATION -> "note: " + text;
      case WARNING, ERROR -> kind.word() + ": " + text;
    };
  }
}
