package dev.berth.objects.gcs;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.objects.http.Answer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the service's refusals mean to us.
 *
 * @param bucket for people
 */
record Answers(String bucket) {
  private static final int MOST_LETTERS = 300;

  private record Said(@Nullable Refusal error) {}

  private record Refusal(@Nullable String message) {}

  /** What is to be thrown of an answer that was not expected. */
  IOException unexpected(Answer answer) {
    if (answer.status() == 404) throw noBucket();
    if (answer.status() == 401) throw wrongLogin();
    if (answer.status() == 403) throw forbidden(answer);
    return new IOException("Google answered %d %s".formatted(answer.status(), words(answer)));
  }

  /** As the service says it, which names the right that is missing. */
  private static String words(Answer answer) {
    try {
      var said = Json.read(answer.body(), Said.class);
      var words = said.error() == null ? null : said.error().message();
      if (words == null) return "";
      var line = words.lines().findFirst().orElse("").replaceFirst("\\.$", "");
      return line.length() > MOST_LETTERS ? line.substring(0, MOST_LETTERS) + "..." : line;
    } catch (Problem.Invalid _) {
      return ""; // whatever stands before the service answered
    }
  }

  private Problem noBucket() {
    return new Problem.Unavailable(
        "There is no bucket %s.".formatted(bucket), "Make it, or name another.");
  }

  private Problem wrongLogin() {
    return new Problem.Unavailable(
        "The account for the bucket %s is not accepted.".formatted(bucket),
        "Give a key of a service account that is not revoked.");
  }

  private Problem forbidden(Answer answer) {
    var words = words(answer);
    return new Problem.Unavailable(
        "The bucket %s refused us: %s.".formatted(bucket, words.isEmpty() ? "403" : words),
        "See that the account may read, write, list and delete there.");
  }
}
