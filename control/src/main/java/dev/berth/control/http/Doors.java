package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Handler;
import dev.berth.base.http.ProblemAnswer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.control.account.Accounts;
import dev.berth.control.account.Accounts.Caller;
import dev.berth.control.account.Keys;
import dev.berth.control.workspace.Addresses;
import java.util.Optional;
import java.util.Set;

/** Who gets in where: each route goes through one of these doors. */
final class Doors {
  /** Host-only by its prefix: no workspace's page can set or shadow it. */
  static final String COOKIE = "__Host-berth-session";

  private static final Set<String> READING = Set.of("GET", "HEAD");

  private final Accounts accounts;
  private final Addresses addresses;
  private final String internalToken;

  Doors(Accounts accounts, Addresses addresses, String internalToken) {
    this.accounts = accounts;
    this.addresses = addresses;
    this.internalToken = internalToken;
  }

  /** A handler that is told who calls. */
  interface ForCaller {
    Response handle(Request request, Caller caller) throws Exception;
  }

  /** For who is logged in: by the session's cookie from our own pages, or by a token. */
  Handler owner(ForCaller handler) {
    return request -> {
      var caller = caller(request);
      if (caller.isEmpty()) return unknown();
      if (caller.get().session().isPresent()) checkOrigin(request);
      return handler.handle(request, caller.get());
    };
  }

  /** For who administers the installation: its owner, as long as there is one account. */
  Handler administrator(ForCaller handler) {
    return owner((request, caller) -> {
      if (!caller.user().id().equals(accounts.owner().id())) {
        throw new Problem.Refused(
            "This is for who administers the installation.", "Ask its owner.");
      }
      return handler.handle(request, caller);
    });
  }

  /** For the gateway. */
  Handler gateway(Handler handler) {
    return request -> isGateway(request) ? handler.handle(request) : Response.empty(404);
  }

  private boolean isGateway(Request request) {
    return request.bearer().filter(token -> Keys.same(token, internalToken)).isPresent();
  }

  /** Whether {@code request} shows what opens any of them. */
  boolean knows(Request request) {
    return isGateway(request) || caller(request).isPresent();
  }

  /** For gateways and the command line, who look for the control that leads: it is this one. */
  Handler leader() {
    var answer =
        new LeaderAnswer(
            internalToken,
            token -> Keys.same(token, internalToken) || accounts.byToken(token).isPresent());
    return request -> answer.to(request, true, Optional::empty);
  }

  Optional<Caller> caller(Request request) {
    return request
        .bearer()
        .flatMap(accounts::byToken)
        .or(() -> request.cookie(COOKIE).flatMap(accounts::bySession));
  }

  /**
   * A workspace's page is of the same site as the dashboard, so SameSite keeps nobody out: what
   * changes something must come from the dashboard's own origin. Reading across origins is kept out
   * by the browser, but for a page that is told so: then it says where it comes from.
   */
  private void checkOrigin(Request request) {
    var origin = request.header("origin");
    boolean ours = origin.filter(o -> o.equals(addresses.dashboard().toString())).isPresent();
    boolean harmless = READING.contains(request.method()) && origin.isEmpty();
    if (ours || harmless) return;
    throw new Problem.Refused(
        "This call came from another page than the dashboard.",
        "Use the dashboard at %s, or a token.".formatted(addresses.dashboard()));
  }

  private static Response unknown() {
    return Response.json(
        401,
        new ProblemAnswer(
            new ProblemAnswer.Told(
                "refused",
                "You are not logged in.",
                "Use the link that `berth up` printed, or make a new one: berth login.")));
  }

  /** Whether the parameter of that name is {@code true}; it may be left out. */
  static boolean isSaid(Request request, String name) {
    return switch (request.parameter(name).orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new Problem.Invalid(
              "The parameter %s cannot be that.".formatted(name), "Say true or false.");
    };
  }
}
