package dev.berth.base.http;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request, read whole.
 *
 * @param path decoded by segment only where the router reads variables; as it was sent
 * @param query names to values, decoded
 * @param variables of the router's pattern, decoded
 * @param body at most what the server's limits allow
 * @param peer the address that it came from; empty at a local socket
 */
public record Request(
    String method,
    String path,
    Map<String, List<String>> query,
    Map<String, String> variables,
    HttpHeaders headers,
    byte[] body,
    String peer) {

  /** The first header of this name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The first value of a query parameter. */
  public Optional<String> parameter(String name) {
    var values = query.get(name);
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** What a {@code {name}} of the router's pattern matched. */
  public String variable(String name) {
    var value = variables.get(name);
    if (value == null) throw new IllegalStateException("the route has no {" + name + "}");
    return value;
  }

  /** The token of {@code Authorization: Bearer}. */
  public Optional<String> bearer() {
    return header("authorization")
        .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(value -> value.substring(7).strip());
  }

  /** The value of a cookie; empty too where two of the name are sent, for one is not ours. */
  public Optional<String> cookie(String name) {
    var found =
        headers.getAll("cookie").stream()
            .flatMap(line -> ServerCookieDecoder.LAX.decodeAll(line).stream())
            .filter(cookie -> cookie.name().equals(name))
            .toList();
    return found.size() == 1 ? Optional.of(found.getFirst().value()) : Optional.empty();
  }

  /** The body as JSON; {@link Problem.Invalid} where it is none. */
  public <T> T json(Class<T> type) {
    var kind = header("content-type").orElse("");
    if (!kind.startsWith("application/json")) {
      throw new Problem.Invalid(
          "The request's body is of the type \"%s\".".formatted(kind),
          "Send JSON with Content-Type: application/json.");
    }
    return Json.read(body, type);
  }

  Request with(Map<String, String> matched) {
    return new Request(method, path, query, matched, headers, body, peer);
  }
}
