package dev.berth.base.http;

import dev.berth.base.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds a request's handler by method and path. A pattern's {@code {name}} matches one segment, a
 * last {@code {name...}} the rest of the path.
 */
public final class Router implements Handler {
  private record Route(String method, String[] pattern, Handler handler) {
    Optional<Map<String, String>> match(String[] path) {
      var variables = new HashMap<String, String>();
      for (int i = 0; i < pattern.length; i++) {
        var segment = pattern[i];
        if (segment.endsWith("...}")) {
          if (i >= path.length) return Optional.empty();
          var rest = List.of(path).subList(i, path.length);
          variables.put(segment.substring(1, segment.length() - 4), String.join("/", rest));
          return Optional.of(variables);
        }
        if (i >= path.length) return Optional.empty();
        if (segment.startsWith("{")) {
          if (path[i].isEmpty()) return Optional.empty();
          variables.put(segment.substring(1, segment.length() - 1), decoded(path[i]));
        } else if (!segment.equals(path[i])) {
          return Optional.empty();
        }
      }
      return path.length == pattern.length ? Optional.of(variables) : Optional.empty();
    }
  }

  private final List<Route> routes = new ArrayList<>();

  /** Adds a route; of two that match, the one added first answers. */
  public Router on(String method, String pattern, Handler handler) {
    routes.add(new Route(method, pattern.split("/", -1), handler));
    return this;
  }

  /** The routes as {@code METHOD pattern}, in the order they were added. */
  public List<String> table() {
    return routes.stream().map(r -> r.method() + " " + String.join("/", r.pattern())).toList();
  }

  @Override
  public Response handle(Request request) throws Exception {
    var path = request.path().split("/", -1);
    var others = new TreeSet<String>();
    for (var route : routes) {
      var variables = route.match(path);
      if (variables.isEmpty()) continue;
      if (serves(route.method(), request.method())) {
        return route.handler().handle(request.with(variables.get()));
      }
      others.add(route.method());
    }
    if (others.isEmpty()) {
      throw new Problem.Missing(
          "There is nothing at %s.".formatted(shown(request.path())),
          "Check the address; docs/formats/api lists what there is.");
    }
    return Response.empty(405).with("allow", String.join(", ", others));
  }

  private static boolean serves(String route, String asked) {
    return route.equals(asked) || (route.equals("GET") && asked.equals("HEAD"));
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Problem.Invalid(
          "The path has a broken percent escape.", "Encode a % sign as %25.", e);
    }
  }

  private static String shown(String path) {
    var printable = path.replaceAll("[^\\x21-\\x7e]", "?");
    return printable.length() <= 100 ? printable : printable.substring(0, 100) + "...";
  }
}
