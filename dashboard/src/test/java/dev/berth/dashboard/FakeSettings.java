package dev.berth.dashboard;

import dev.berth.base.Problem;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a user keeps, as control answers it. */
final class FakeSettings {
  private final List<Map<String, String>> variables = new ArrayList<>();
  private final List<Map<String, String>> logins = new ArrayList<>();
  private Map<String, Object> profile =
      Map.of("gitName", "", "gitEmail", "", "samePreferences", false);

  Router addTo(Router router) {
    return router
        .on("GET", "/api/v1/variables", _ -> Response.json(200, Map.of("variables", variables)))
        .on("PUT", "/api/v1/variables", this::keepVariable)
        .on("DELETE", "/api/v1/variables/{id}", request -> forget(request, variables))
        .on("GET", "/api/v1/git-logins", _ -> Response.json(200, Map.of("logins", logins)))
        .on("PUT", "/api/v1/git-logins", this::keepLogin)
        .on("DELETE", "/api/v1/git-logins/{id}", request -> forget(request, logins))
        .on("GET", "/api/v1/profile", _ -> Response.json(200, profile))
        .on("PUT", "/api/v1/profile", this::keepProfile);
  }

  private static String text(Request request, String name) {
    return String.valueOf(request.json(Map.class).get(name));
  }

  private synchronized Response keepVariable(Request request) {
    var name = text(request, "name");
    if (name.contains("-")) {
      throw new Problem.Invalid("\"%s\" is no name of a variable.".formatted(name), "Use letters.");
    }
    variables.add(
        Map.of(
            "id",
            "v" + variables.size(),
            "name",
            name,
            "value",
            text(request, "value"),
            "pattern",
            text(request, "pattern")));
    return Response.json(200, variables.getLast());
  }

  private synchronized Response keepLogin(Request request) {
    logins.add(
        Map.of(
            "id",
            "l" + logins.size(),
            "origin",
            "https://" + text(request, "host"),
            "user",
            text(request, "user"),
            "since",
            Instant.now().toString()));
    return Response.json(200, logins.getLast());
  }

  private synchronized Response keepProfile(Request request) {
    profile =
        Map.of(
            "gitName", text(request, "gitName"),
            "gitEmail", text(request, "gitEmail"),
            "dotfiles", text(request, "dotfiles"),
            "samePreferences", Boolean.parseBoolean(text(request, "samePreferences")));
    return Response.json(200, profile);
  }

  private static synchronized Response forget(Request request, List<Map<String, String>> from) {
    from.removeIf(item -> request.variable("id").equals(item.get("id")));
    return Response.empty(204);
  }
}
