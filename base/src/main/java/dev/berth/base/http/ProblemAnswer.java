package dev.berth.base.http;

import dev.berth.base.Problem;

/**
 * What a client is told of a {@link Problem}: the one place that maps its kinds to HTTP statuses.
 *
 * @param error kind, what and remedy
 */
public record ProblemAnswer(Told error) {
  /** The parts of a problem. */
  public record Told(String kind, String what, String remedy) {}

  /** The answer to a request that met {@code problem}. */
  public static Response.Whole to(Problem problem) {
    return Response.json(status(problem), of(problem));
  }

  /** What is told of {@code problem}. */
  public static ProblemAnswer of(Problem problem) {
    return new ProblemAnswer(new Told(kind(problem), problem.what(), problem.remedy()));
  }

  /** The problem that {@code answer}, with this status, tells of. */
  public static Problem read(ProblemAnswer answer) {
    var told = answer.error();
    return switch (told.kind()) {
      case "invalid" -> new Problem.Invalid(told.what(), told.remedy());
      case "missing" -> new Problem.Missing(told.what(), told.remedy());
      case "refused" -> new Problem.Refused(told.what(), told.remedy());
      case "conflict" -> new Problem.Conflict(told.what(), told.remedy());
      default -> new Problem.Unavailable(told.what(), told.remedy());
    };
  }

  private static int status(Problem problem) {
    return switch (problem) {
      case Problem.Invalid _ -> 400;
      case Problem.Missing _ -> 404;
      case Problem.Refused _ -> 403;
      case Problem.Conflict _ -> 409;
      case Problem.Unavailable _ -> 503;
    };
  }

  private static String kind(Problem problem) {
    return switch (problem) {
      case Problem.Invalid _ -> "invalid";
      case Problem.Missing _ -> "missing";
      case Problem.Refused _ -> "refused";
      case Problem.Conflict _ -> "conflict";
      case Problem.Unavailable _ -> "unavailable";
    };
  }
}
