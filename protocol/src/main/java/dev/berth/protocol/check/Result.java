package dev.berth.protocol.check;

import dev.berth.base.Problem;

/**
 * What came of one check.
 *
 * @param code by which docs/operate/install-on-kubernetes.md explains it; it never changes
 * @param hop what was looked at
 */
public record Result(String code, String hop, Outcome outcome) {
  /** Sealed: who prints one must think of each. */
  public sealed interface Outcome {
    record Good(String words) implements Outcome {}

    /** It works, and something will not or may not. */
    record Doubtful(String what, String why, String remedy) implements Outcome {}

    record Bad(String what, String why, String remedy) implements Outcome {}

    /** What it needs is not there, so nothing is known. */
    record Skipped(String why) implements Outcome {}
  }

  public static Result good(String code, String hop, String words) {
    return new Result(code, hop, new Outcome.Good(words));
  }

  public static Result doubtful(String code, String hop, String what, String why, String remedy) {
    return new Result(code, hop, new Outcome.Doubtful(what, why, remedy));
  }

  public static Result bad(String code, String hop, String what, String why, String remedy) {
    return new Result(code, hop, new Outcome.Bad(what, why, remedy));
  }

  public static Result skipped(String code, String hop, String why) {
    return new Result(code, hop, new Outcome.Skipped(why));
  }

  public static Result bad(String code, String hop, String why, Problem problem) {
    return bad(code, hop, problem.what(), why, problem.remedy());
  }
}
