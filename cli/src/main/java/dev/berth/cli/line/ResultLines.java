package dev.berth.cli.line;

import dev.berth.protocol.check.Result;
import java.util.List;

/** Prints results of checks for people. */
public final class ResultLines {
  private ResultLines() {}

  public static void print(Result result) {
    switch (result.outcome()) {
      case Result.Outcome.Good(var words) -> line("ok", result, words);
      case Result.Outcome.Skipped(var why) -> line("skipped", result, why);
      case Result.Outcome.Doubtful(var what, var why, var remedy) ->
          lines("DOUBT", result, what, why, remedy);
      case Result.Outcome.Bad(var what, var why, var remedy) ->
          lines("BAD", result, what, why, remedy);
    }
  }

  private static void line(String kind, Result result, String words) {
    System.out.println("%-8s%s  %s: %s".formatted(kind, result.code(), result.hop(), words));
  }

  private static void lines(String kind, Result result, String what, String why, String remedy) {
    line(kind, result, what);
    System.out.println(" ".repeat(14) + why);
    System.out.println(" ".repeat(14) + "-> " + remedy);
  }

  public static List<Result> bad(List<Result> results) {
    return results.stream().filter(one -> one.outcome() instanceof Result.Outcome.Bad).toList();
  }

  /** How many are bad. */
  public static String sum(List<Result> results) {
    int bad = bad(results).size();
    return bad == 0 ? "Nothing is bad." : "%d of %d checks are bad.".formatted(bad, results.size());
  }
}
