package dev.berth.objects.azure;

import dev.berth.base.Problem;
import dev.berth.objects.http.Answer;
import java.io.IOException;
import java.util.Set;

/**
 * What the service's refusals mean to us.
 *
 * @param container for people
 */
record Answers(String container) {
  static final String NO_CONTAINER = "ContainerNotFound";

  private static final Set<String> WRONG_LOGIN =
      Set.of("AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation");

  static String code(Answer answer) {
    return answer.header("x-ms-error-code").orElse("");
  }

  /** What is to be thrown of an answer that was not expected. */
  IOException unexpected(Answer answer) {
    var code = code(answer);
    if (code.equals(NO_CONTAINER)) throw noContainer();
    if (WRONG_LOGIN.contains(code)) throw wrongLogin(code);
    if (answer.status() == 401 || answer.status() == 403) throw forbidden(answer);
    return new IOException("Azure answered %d %s".formatted(answer.status(), code).strip());
  }

  private Problem noContainer() {
    return new Problem.Unavailable(
        "There is no container %s.".formatted(container), "Make it, or name another.");
  }

  private Problem wrongLogin(String code) {
    return new Problem.Unavailable(
        "The key for the container %s is not accepted: %s.".formatted(container, code),
        "Give the account and a key, a signature or a client of it that is good today, and see"
            + " that this machine's clock is right.");
  }

  private Problem forbidden(Answer answer) {
    var code = code(answer);
    return new Problem.Unavailable(
        "The container %s refused us: %s."
            .formatted(container, code.isEmpty() ? String.valueOf(answer.status()) : code),
        "See that the key may read, write, list and delete there, and that the account's firewall"
            + " lets this machine in.");
  }
}
