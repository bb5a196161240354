package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.control.account.Accounts;
import dev.berth.control.account.Accounts.Caller;
import dev.berth.control.workspace.Addresses;
import dev.berth.control.workspace.WorkspaceStore;
import dev.berth.protocol.api.EditorView;
import dev.berth.protocol.api.LoginLink;
import dev.berth.protocol.api.Me;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Logging in and out, and the way from the dashboard to a workspace's own host. */
public final class SessionRoutes {
  /**
   * A path of the same host, as a browser would send it. "//" and "/\\" begin another host's name,
   * and no browser leaves a control character or a backslash in a path.
   */
  private static final Pattern PATH = Pattern.compile("/(?![/\\\\])[\\x21-\\x7e&&[^\\\\]]{0,8000}");

  /**
   * What whoever is logged in is told of the installation.
   *
   * @param deletedKept how long a workspace that was deleted can be had back
   * @param editor how it is with it, at each question
   */
  public record Installation(
      String version,
      List<Me.SizeView> sizes,
      Duration deletedKept,
      Optional<Me.SshAddress> ssh,
      Supplier<EditorView> editor) {
    public Installation {
      sizes = List.copyOf(sizes);
    }
  }

  private final Accounts accounts;
  private final Addresses addresses;
  private final WorkspaceStore store;
  private final Installation installation;

  public SessionRoutes(
      Accounts accounts, Addresses addresses, WorkspaceStore store, Installation installation) {
    this.accounts = accounts;
    this.addresses = addresses;
    this.store = store;
    this.installation = installation;
  }

  void addTo(Router router, Doors doors) {
    router
        .on("GET", "/healthz", _ -> Response.text(200, "ok\n"))
        .on("GET", "/login/{token}", this::login)
        .on("GET", "/_berth/pass", request -> pass(request, doors))
        .on("GET", "/api/v1/me", doors.owner((_, caller) -> me(caller)))
        .on(
            "GET",
            "/api/v1/editor",
            doors.owner((_, _) -> Response.json(200, installation.editor().get())))
        .on("POST", "/api/v1/login-links", doors.owner((_, caller) -> link(caller)))
        .on("POST", "/api/v1/logout", doors.owner((_, caller) -> logout(caller)));
  }

  private Response me(Caller caller) {
    var user = new Me.User(caller.user().id(), caller.user().name());
    var pattern =
        "%s://{id}.ws.%s"
            .formatted(addresses.dashboard().getScheme(), addresses.dashboard().getAuthority());
    return Response.json(
        200,
        new Me(
            user,
            installation.version(),
            addresses.dashboard().toString(),
            pattern,
            installation.sizes(),
            installation.deletedKept().toSeconds(),
            installation.ssh()));
  }

  private Response login(Request request) {
    try {
      var login = accounts.login(request.variable("token"));
      return Response.seeOther("/")
          .with(
              "set-cookie",
              "%s=%s; Path=/; Max-Age=%d; HttpOnly; Secure; SameSite=Lax"
                  .formatted(Doors.COOKIE, login.cookie(), login.life().toSeconds()))
          .with("referrer-policy", "no-referrer");
    } catch (Problem.Refused problem) {
      return page(403, "This link does not work any more", problem);
    }
  }

  /** Only a token makes links, not a session: who borrowed a browser cannot make a copy of it. */
  private Response link(Caller caller) {
    if (caller.session().isPresent()) {
      throw new Problem.Refused("A login link is made on the machine.", "Run `berth login` there.");
    }
    var token = accounts.loginToken(caller.user());
    return Response.json(
        201, new LoginLink(addresses.dashboard() + "/login/" + token, accounts.linkExpiry()));
  }

  private Response logout(Caller caller) {
    caller.session().ifPresent(accounts::logout);
    return Response.empty(204)
        .with("set-cookie", Doors.COOKIE + "=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax");
  }

  private Response pass(Request request, Doors doors) {
    // Lower-case, as a browser writes it: the gateway compares the pass with the host it is asked
    // at.
    var host = request.parameter("host").orElse("").toLowerCase(Locale.ROOT);
    var to = request.parameter("to").filter(path -> PATH.matcher(path).matches()).orElse("/");
    var caller = doors.caller(request).filter(c -> c.session().isPresent());
    if (caller.isEmpty()) return Response.seeOther("/#/login");
    var owned =
        addresses
            .ofHost(host)
            .flatMap(store::find)
            .filter(workspace -> workspace.owner().equals(caller.get().user().id()));
    if (owned.isEmpty()) {
      return page(
          404,
          "There is no such workspace",
          new Problem.Missing(
              "No workspace of yours has this address.",
              "Look for it in the dashboard; it may have been deleted."));
    }
    var code = accounts.pass(caller.get(), host);
    return Response.seeOther(
            "%s://%s/_berth/enter?code=%s&to=%s"
                .formatted(
                    addresses.dashboard().getScheme(),
                    host,
                    code,
                    URLEncoder.encode(to, StandardCharsets.UTF_8)))
        // A frame's Referer is its embedder's all the way, so this shows the code to nobody.
        // Without
        // it the gateway cannot tell the workspace's own page from a stranger's, and refuses both.
        .with("referrer-policy", "strict-origin");
  }

  private Response page(int status, String title, Problem problem) {
    return WordsPage.of(status, title, problem, addresses.dashboard().toString());
  }
}
