package dev.berth.base;

import java.util.regex.Pattern;

/**
 * A failure that somebody can act on: what was tried and what happened, and what to do about it.
 *
 * <p>Both texts may leave the server; the cause stays in its log. A bug is no Problem but an {@link
 * IllegalStateException}. One place each maps the kinds to HTTP statuses and to exit codes.
 */
public abstract sealed class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A sentence's end, perhaps within quotes or brackets. */
  private static final Pattern ENDED = Pattern.compile("[.!?:\u2026][\"')\\]]?$");

  private final String remedy;

  private Problem(String what, String remedy, Throwable cause) {
    super(sentence(what), cause);
    this.remedy = remedy;
  }

  private Problem(String what, String remedy) {
    super(sentence(what));
    this.remedy = remedy;
  }

  /** Some end with words of git or of a server, which have no full stop; the remedy comes next. */
  private static String sentence(String what) {
    var words = what.stripTrailing();
    return words.isEmpty() || ENDED.matcher(words).find() ? words : words + ".";
  }

  /** What was tried and what happened, naming the thing and the place; one sentence or two. */
  public final String what() {
    return String.valueOf(getMessage());
  }

  /** What the reader can do now; one sentence. */
  public final String remedy() {
    return remedy;
  }

  /** Both texts, for a log or a terminal. */
  public final String words() {
    return what() + " " + remedy;
  }

  /** What was asked for makes no sense: the asker must change it. */
  public static final class Invalid extends Problem {
    private static final long serialVersionUID = 1;

    public Invalid(String what, String remedy) {
      super(what, remedy);
    }

    public Invalid(String what, String remedy, Throwable cause) {
      super(what, remedy, cause);
    }
  }

  /** The thing is not there, or the asker may not learn that it is. */
  public static final class Missing extends Problem {
    private static final long serialVersionUID = 1;

    public Missing(String what, String remedy) {
      super(what, remedy);
    }

    public Missing(String what, String remedy, Throwable cause) {
      super(what, remedy, cause);
    }
  }

  /** The asker is not who may do this. */
  public static final class Refused extends Problem {
    private static final long serialVersionUID = 1;

    public Refused(String what, String remedy) {
      super(what, remedy);
    }
  }

  /** It cannot be done in the state that things are in. */
  public static final class Conflict extends Problem {
    private static final long serialVersionUID = 1;

    public Conflict(String what, String remedy) {
      super(what, remedy);
    }

    public Conflict(String what, String remedy, Throwable cause) {
      super(what, remedy, cause);
    }
  }

  /** Something that is needed does not answer or is not there: a host, a program, disk space. */
  public static final class Unavailable extends Problem {
    private static final long serialVersionUID = 1;

    public Unavailable(String what, String remedy) {
      super(what, remedy);
    }

    public Unavailable(String what, String remedy, Throwable cause) {
      super(what, remedy, cause);
    }
  }
}
