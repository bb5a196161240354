package dev.berth.objects.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.base.Problem;
import java.io.IOException;
import java.time.Duration;

/**
 * What a giver of tokens answers, as OAuth 2.0 has it (RFC 6749 5.1); the metadata servers of
 * clouds say it so, too. Seconds come as a number or as a text, by who is asked.
 */
public record AccessToken(
    @JsonProperty("access_token") String token, @JsonProperty("expires_in") long seconds) {
  /**
   * The token of an answer. One that says "later" is as no answer.
   *
   * @param what is not possible without it, for people
   */
  public static BearerToken.Fresh of(Answer answer, String what, String remedy) throws IOException {
    if (answer.isGood()) return answer.as(AccessToken.class).fresh();
    var words = "%s: it was answered %d".formatted(what, answer.status());
    if (answer.status() == 429 || answer.status() >= 500) throw new IOException(words);
    throw new Problem.Unavailable(words + ".", remedy);
  }

  private BearerToken.Fresh fresh() {
    return new BearerToken.Fresh(token, Duration.ofSeconds(seconds));
  }

  @Override
  public String toString() {
    return fresh().toString(); // no secret gets into a log
  }
}
