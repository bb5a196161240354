package dev.berth.gateway.http;

import dev.berth.base.json.Json;
import dev.berth.gateway.access.Access;
import dev.berth.gateway.access.Doorkeeper;
import dev.berth.gateway.access.Origins;
import dev.berth.gateway.access.Visitor;
import dev.berth.gateway.control.Leader;
import dev.berth.gateway.forward.Hops;
import dev.berth.gateway.forward.Target;
import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.RouteTable;
import dev.berth.gateway.route.WorkspaceHost;
import dev.berth.gateway.statics.Encoding;
import dev.berth.gateway.statics.StaticFiles;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.Outlet;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.route.Route;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Says for each request what is done with it, and puts its headers into the state in which it is
 * passed on. Asks nobody and waits for nothing.
 */
final class Reception {
  private static final AsciiString OWNER_TOKEN = AsciiString.cached("x-gitpod-owner-token");
  private static final AsciiString FORWARDED = AsciiString.cached("forwarded");
  private static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
  private static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
  private static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
  private static final AsciiString X_FORWARDED_PORT = AsciiString.cached("x-forwarded-port");
  private static final AsciiString X_FORWARDED_PREFIX = AsciiString.cached("x-forwarded-prefix");
  private static final AsciiString X_FORWARDED_SERVER = AsciiString.cached("x-forwarded-server");
  private static final AsciiString X_REAL_IP = AsciiString.cached("x-real-ip");
  private static final AsciiString SEC_FETCH_MODE = AsciiString.cached("sec-fetch-mode");
  private static final AsciiString SEC_FETCH_SITE = AsciiString.cached("sec-fetch-site");
  private static final AsciiString SEC_FETCH_DEST = AsciiString.cached("sec-fetch-dest");

  private static final String SUPERVISOR = "/_supervisor/";
  private static final String OURS = "/_berth/";
  private static final String PAGE = "/_berth/page/";

  /** Where the page that covers a starting editor goes when that takes too long. */
  private static final String START = "/_berth/start";

  private static final String GALLERY = Outlet.PREFIX + "/";

  /** Where the workspace's own page is, also when an editor has the rest of the host. */
  private static final Set<String> VIEWS =
      Set.of("/_berth/terminal", "/_berth/terminal/", "/_berth/ports", "/_berth/ports/");

  /**
   * Where a visitor wanted to go is handed through the login in a URL; longer ones begin at "/".
   */
  private static final int LONGEST_TO = 4096;

  private final Addresses addresses;
  private final Doorkeeper doorkeeper;
  private final Origins origins;
  private final StaticPages pages;
  private final StaticFiles statics;
  private final EditorPages editorPages;
  private final Supplier<String> hostKeys;
  private final Leader control;
  private final Optional<Target> gallery;
  private final String policy;

  Reception(
      Addresses addresses,
      Doorkeeper doorkeeper,
      StaticPages pages,
      StaticFiles statics,
      EditorPages editorPages,
      Supplier<String> hostKeys,
      Leader control,
      Optional<InetSocketAddress> gallery) {
    this.addresses = addresses;
    this.doorkeeper = doorkeeper;
    this.origins = new Origins(addresses);
    this.pages = pages;
    this.statics = statics;
    this.editorPages = editorPages;
    this.hostKeys = hostKeys;
    this.control = control;
    this.gallery = gallery.map(address -> ours("gallery", address));
    this.policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            + "font-src 'self' data:; frame-src 'self' %s; frame-ancestors 'self'"
                .formatted(addresses.anyWorkspace());
  }

  private static Target ours(String group, InetSocketAddress address) {
    return new Target(
        group, address.getHostString(), address.getPort(), false, new Target.Way.Direct());
  }

  /**
   * What an answer of an editor's adds to its page's policy. Where browsers speak TLS, its server
   * still names the registry of extensions by plain HTTP, as it finds it inside.
   */
  Optional<String> editorsPolicy() {
    return gallery.isPresent() && addresses.scheme().equals("https")
        ? Optional.of("upgrade-insecure-requests")
        : Optional.empty();
  }

  /** What is done with {@code request}, which is well-formed as far as {@link Framing} tells. */
  Step step(HttpRequest request, Caller caller) {
    var authority = request.headers().get(HttpHeaderNames.HOST, "");
    return switch (caller.host(authority)) {
      case WorkspaceHost.Dashboard _ -> dashboard(request, caller, authority);
      case WorkspaceHost.Inside inside -> inside(inside, request, caller, authority);
      case WorkspaceHost.Gallery _ when gallery.isPresent() -> gallery(request, gallery.get());
      case WorkspaceHost.Gallery _ -> misdirected(request);
      case WorkspaceHost.Loopback _ ->
          isNavigation(request)
              ? new Step.Say(Answer.redirect(addresses.dashboard() + request.uri()))
              : misdirected(request);
      case WorkspaceHost.Foreign _ -> misdirected(request);
    };
  }

  private Step misdirected(HttpRequest request) {
    return new Step.Say(
        Answer.of(
            HttpResponseStatus.MISDIRECTED_REQUEST,
            isNavigation(request),
            "missing",
            "No site of this name is served here.",
            "Berth is at " + addresses.dashboard() + "/."));
  }

  // D itself.

  private Step dashboard(HttpRequest request, Caller caller, String authority) {
    if (Paths.leadsTo(request.uri(), "/internal")) return new Step.Say(hidden(false));
    if (Paths.path(request.uri()).equals("/_ssh/host_keys")) return hostKeys();
    boolean person = isNavigation(request);
    boolean upgrade = Framing.asksForUpgrade(request);
    var leader = control.address();
    if (leader.isEmpty()) return new Step.Say(Failures.controlIsAway(person));
    forwardable(request, caller, authority, upgrade);
    return new Step.Forward(
        ours("control", leader.get()), new Step.Place.Control(), upgrade, person);
  }

  /** Control did not answer, or says that another leads. */
  void doubtControl() {
    control.doubt();
  }

  /** Whether {@code target}, which was control, still is. */
  boolean isControl(Target target) {
    return control.address().map(now -> ours("control", now)).filter(target::equals).isPresent();
  }

  /** What an SSH client may believe the gateway is (gitpod-classic 6.2); no secret. */
  private Step hostKeys() {
    var body = Bytes.of(hostKeys.get().getBytes(StandardCharsets.UTF_8));
    return new Step.Say(
        new Answer(HttpResponseStatus.OK, Map.of(), body)
            .with("content-type", "application/json")
            .with("cache-control", "no-store"));
  }

  /** It looks at nothing of who asks. */
  private static Step gallery(HttpRequest request, Target gallery) {
    boolean person = isNavigation(request);
    Hops.remove(request.headers());
    request.headers().remove(HttpHeaderNames.COOKIE).remove(HttpHeaderNames.AUTHORIZATION);
    request.headers().remove(OWNER_TOKEN);
    request.setProtocolVersion(HttpVersion.HTTP_1_1);
    return new Step.Forward(gallery, new Step.Place.Gallery(), false, person);
  }

  // A workspace's host.

  private Step inside(
      WorkspaceHost.Inside host, HttpRequest request, Caller caller, String authority) {
    var path = Paths.path(request.uri());
    boolean person = isNavigation(request);
    if (path.equals("/_ssh/host_keys") && host instanceof WorkspaceHost.Ide) return hostKeys();
    if (path.equals("/_berth/enter")) return enter(host, request);
    if (path.startsWith("/_berth/") && host instanceof WorkspaceHost.OfPort) {
      return new Step.Say(hidden(person));
    }
    var cookies =
        caller.cookies(Framing.joined(request, HttpHeaderNames.COOKIE), addresses.name(host));
    var visitor =
        new Visitor(cookies.pass(), Optional.ofNullable(request.headers().get(OWNER_TOKEN)));
    return switch (doorkeeper.decide(host, visitor)) {
      case Access.Allowed allowed -> {
        var asked = new Asked(request, path, person);
        boolean editors = leadsToEditor(host, allowed.upstream());
        if (!mayAsk(host, editors, asked, isPublic(host, editors, allowed), allowed.by()))
          yield refused();
        if (host instanceof WorkspaceHost.Ide ide) {
          var own = own(ide, allowed, asked);
          if (own.isPresent()) yield own.get();
        }
        request.headers().remove(OWNER_TOKEN);
        keepCookies(request, cookies);
        forwardable(request, caller, authority, asked.upgrade());
        var grant = new Step.Grant(host, visitor, allowed.upstream().instance());
        yield forward(grant, allowed, asked);
      }
      case Access.LoginFirst _ -> loginFirst(host, request, person);
      case Access.Hidden _ -> new Step.Say(hidden(person));
      case Access.Asleep asleep -> asleep(host, asleep, new Asked(request, path, person));
      case Access.NotYetKnown _ ->
          new Step.Say(
              Answer.waiting(
                  HttpResponseStatus.SERVICE_UNAVAILABLE,
                  person,
                  "unavailable",
                  "Berth has just started, and it is not known yet where the workspaces run.",
                  "Wait a moment; if it stays so, look at control's log."));
    };
  }

  /** A request that was let in, and what it asks for. */
  private record Asked(HttpRequest request, String path, boolean upgrade, boolean person) {
    Asked(HttpRequest request, String path, boolean person) {
      this(request, path, Framing.asksForUpgrade(request), person);
    }

    boolean reads() {
      return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }
  }

  private static boolean leadsToEditor(WorkspaceHost.Inside host, Route.Upstream upstream) {
    return switch (host) {
      case WorkspaceHost.Ide _ -> true;
      case WorkspaceHost.OfPort(_, var port) -> {
        var editor = upstream.editor(); // asked for each request: no lambda
        yield editor.isPresent() && editor.get() == port.number();
      }
    };
  }

  private boolean mayAsk(
      WorkspaceHost.Inside host, boolean editors, Asked asked, boolean isPublic, Access.By by) {
    var headers = asked.request().headers();
    boolean free = editors && statics.covers(asked.path()); // the same for everybody
    if (editors && isEmbedded(headers) && !free) return false;
    var kind =
        asked.upgrade()
            ? Origins.Kind.UPGRADES
            : asked.reads() || asked.request().method().equals(HttpMethod.OPTIONS)
                ? Origins.Kind.READS
                : Origins.Kind.CHANGES;
    if (kind == Origins.Kind.READS && (free || isPublic)) return true;
    var sent =
        new Origins.Sent(
            kind,
            Optional.ofNullable(headers.get(HttpHeaderNames.ORIGIN)),
            Optional.ofNullable(headers.get(HttpHeaderNames.REFERER)),
            Optional.ofNullable(headers.get(SEC_FETCH_SITE)),
            isInWindow(headers));
    return origins.fits(host, editors, sent, by);
  }

  /** What anybody may read, its owner may, too. */
  private static boolean isPublic(
      WorkspaceHost.Inside host, boolean editors, Access.Allowed allowed) {
    if (editors || !(host instanceof WorkspaceHost.OfPort(_, var port))) return false;
    var plan = RouteTable.plan(allowed.route(), port); // asked for each request: no lambda
    return plan.isPresent() && plan.get().visibility() == PortPlan.Visibility.PUBLIC;
  }

  /**
   * Whether a page of another origin, so perhaps of another workspace, puts this into itself: as a
   * script, an image or a frame. Browsers send the cookie with it (all workspaces are one site),
   * and a file of the workspace that happens to be a script would tell its content. To go there in
   * the window itself is everybody's right. Browsers without these headers are from before 2023.
   */
  private static boolean isEmbedded(HttpHeaders headers) {
    var site = headers.get(SEC_FETCH_SITE);
    if (site == null || site.equals("same-origin") || site.equals("none")) return false;
    return !isInWindow(headers);
  }

  private static boolean isInWindow(HttpHeaders headers) {
    return "navigate".equals(headers.get(SEC_FETCH_MODE))
        && "document".equals(headers.get(SEC_FETCH_DEST, "document"));
  }

  private static Step refused() {
    return new Step.Say(
        Answer.of(
            HttpResponseStatus.FORBIDDEN,
            false,
            "refused",
            "A page of another origin asked for this, or a program without an owner token.",
            "Ask from the workspace's own page, or send x-gitpod-owner-token and no Origin."));
  }

  private Step forward(Step.Grant grant, Access.Allowed allowed, Asked asked) {
    var upstream = allowed.upstream();
    return switch (grant.host()) {
      case WorkspaceHost.Ide _ when asked.path().startsWith(SUPERVISOR) ->
          toSupervisor(grant, upstream, asked);
      case WorkspaceHost.Ide _ -> {
        int port = upstream.editor().orElseThrow();
        yield toPort(grant, upstream, port, false, asked);
      }
      case WorkspaceHost.OfPort(_, var port) ->
          toPort(
              grant,
              upstream,
              port.number(),
              RouteTable.plan(allowed.route(), port).filter(plan -> plan.https()).isPresent(),
              asked);
    };
  }

  private static Step toSupervisor(Step.Grant grant, Route.Upstream upstream, Asked asked) {
    asked.request().headers().set(HttpHeaderNames.AUTHORIZATION, "Bearer " + upstream.token());
    boolean counts =
        !asked.path().equals("/_supervisor/v1/events")
            && !asked.path().equals("/_supervisor/v1/status");
    return new Step.Forward(
        new Target(
            upstream.instance().value(),
            upstream.supervisor().host(),
            upstream.supervisor().port(),
            false,
            new Target.Way.Direct()),
        new Step.Place.Inside(grant, Step.What.SUPERVISOR, counts ? Step.Use.ALL : Step.Use.NONE),
        asked.upgrade(),
        asked.person());
  }

  private static Step toPort(
      Step.Grant grant, Route.Upstream upstream, int port, boolean https, Asked asked) {
    return new Step.Forward(
        new Target(
            upstream.instance().value(),
            upstream.supervisor().host(),
            port,
            https,
            new Target.Way.DirectOrTunnel(upstream.supervisor(), upstream.token())),
        leadsToEditor(grant.host(), upstream)
            ? new Step.Place.Inside(grant, Step.What.EDITOR, Step.Use.ALL)
            : new Step.Place.Inside(grant, Step.What.PORT, Step.Use.ALL),
        asked.upgrade(),
        asked.person());
  }

  // What the gateway itself answers on a workspace's own host.

  /** Our own answer; empty where the request is for the supervisor or the editor. */
  private Optional<Step> own(WorkspaceHost.Ide ide, Access.Allowed allowed, Asked asked) {
    var path = asked.path();
    if (path.startsWith(SUPERVISOR)) return Optional.empty();
    if (path.startsWith(GALLERY) && gallery.isPresent()) {
      return Optional.of(gallery(asked.request(), gallery.get()));
    }
    if (path.startsWith(OURS)) {
      return Optional.of(page(ide, allowed.upstream().editor().isPresent(), asked));
    }
    if (asked.reads() && !asked.upgrade() && statics.covers(path)) return Optional.of(file(asked));
    if (allowed.upstream().editor().isPresent()) return Optional.empty();
    var early = early(ide, asked);
    if (early.isPresent()) return early;
    if (asked.reads() && (asked.person() || path.equals("/"))) {
      return Optional.of(page(asked.request(), "/", ide));
    }
    return Optional.of(new Step.Say(notYet(ide)));
  }

  private static Answer notYet(WorkspaceHost.Ide ide) {
    return Answer.waiting(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        false,
        "unavailable",
        "The editor of the workspace %s does not answer yet.".formatted(ide.workspace()),
        "Wait a moment; how it stands is told at /_supervisor/v1/status.");
  }

  // Before an instance runs.

  private Step asleep(WorkspaceHost.Inside host, Access.Asleep asleep, Asked asked) {
    if (host instanceof WorkspaceHost.Ide ide && asleep.starting()) {
      var own = whileItStarts(ide, asked);
      if (own.isPresent()) return own.get();
    }
    var workspace = asleep.workspace();
    if (asked.person()) {
      if (asked.path().equals(START)) editorPages.forget(workspace);
      var to = asked.path().equals(START) ? "/" : asked.request().uri();
      return new Step.Say(Answer.redirect(startPage(workspace, to)));
    }
    return new Step.Say(
        Answer.of(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            false,
            "unavailable",
            "The workspace %s does not run.".formatted(workspace),
            "Start it: berth start " + workspace + "."));
  }

  /** What the page of an editor needs that is on its way; empty where nothing is known of it. */
  private Optional<Step> whileItStarts(WorkspaceHost.Ide ide, Asked asked) {
    var path = asked.path();
    if (path.startsWith(SUPERVISOR) || path.equals(START)) return Optional.empty();
    if (!mayAsk(ide, true, asked, false, Access.By.COOKIE)) return Optional.of(refused());
    if (path.startsWith(OURS)) return Optional.of(page(ide, false, asked));
    if (asked.reads() && !asked.upgrade() && statics.covers(path)) return Optional.of(file(asked));
    return early(ide, asked);
  }

  /**
   * The editor's page as it was the last time; what that page asks of the editor then is held until
   * it answers.
   */
  private Optional<Step> early(WorkspaceHost.Ide ide, Asked asked) {
    if (!editorPages.knows(ide.workspace()) || !asked.reads()) return Optional.empty();
    if (asked.person()) {
      return editorPages.find(ide.workspace(), asked.request().uri()).map(Step.Say::new);
    }
    return Optional.of(new Step.Await(ide.workspace(), notYet(ide)));
  }

  private static Step file(Asked asked) {
    var headers = asked.request().headers();
    return new Step.Send(
        asked.path(),
        Encoding.best(headers.get(HttpHeaderNames.ACCEPT_ENCODING, "")),
        headers.get(HttpHeaderNames.IF_NONE_MATCH, ""));
  }

  /** The workspace's own page, and what it needs. */
  private Step page(WorkspaceHost.Ide ide, boolean editor, Asked asked) {
    if (!asked.reads()) {
      return new Step.Say(
          Answer.empty(HttpResponseStatus.METHOD_NOT_ALLOWED).with("allow", "GET, HEAD"));
    }
    var path = asked.path();
    if (path.equals("/_berth/workspace.json")) return new Step.Say(about(ide, editor));
    if (path.equals(START)) {
      editorPages.forget(ide.workspace());
      return new Step.Say(Answer.redirect("/"));
    }
    if (VIEWS.contains(path)) return page(asked.request(), "/", ide);
    var file = path.startsWith(PAGE) ? path.substring(PAGE.length() - 1) : "/no/such/file";
    return page(asked.request(), file, ide);
  }

  private Step page(HttpRequest request, String file, WorkspaceHost.Ide ide) {
    var found = pages.find(file);
    if (found.isEmpty()) {
      return new Step.Say(
          Answer.of(
              HttpResponseStatus.NOT_FOUND,
              isNavigation(request),
              "missing",
              "The workspace's page has no such file.",
              "Begin at " + addresses.scheme() + "://" + addresses.authority(ide) + "/."));
    }
    return new Step.Say(page(found.get(), request.headers()));
  }

  /** What the page cannot know of itself. */
  private Answer about(WorkspaceHost.Ide ide, boolean editor) {
    record About(WorkspaceId id, String dashboardUrl, boolean editor) {}
    var about = new About(ide.workspace(), addresses.dashboard(), editor);
    var body = Bytes.of(Json.bytes(about));
    return new Answer(HttpResponseStatus.OK, Map.of(), body)
        .with("content-type", "application/json")
        .with("cache-control", "no-store");
  }

  private Answer page(StaticPages.Page page, HttpHeaders asked) {
    boolean same = page.etag().equals(asked.get(HttpHeaderNames.IF_NONE_MATCH));
    boolean zip =
        page.gzip().isPresent() && asked.get(HttpHeaderNames.ACCEPT_ENCODING, "").contains("gzip");
    var body = same ? Bytes.NONE : zip ? page.gzip().get() : page.plain();
    var answer =
        new Answer(same ? HttpResponseStatus.NOT_MODIFIED : HttpResponseStatus.OK, Map.of(), body)
            .with("content-type", page.type())
            .with("etag", page.etag())
            .with("vary", "accept-encoding")
            // private: a cache before us must not keep what only the owner may see
            .with(
                "cache-control",
                page.forever() ? "private, max-age=31536000, immutable" : "private, no-cache")
            .with("content-security-policy", policy)
            .with("x-content-type-options", "nosniff")
            .with("referrer-policy", "same-origin")
            .with("cross-origin-opener-policy", "same-origin-allow-popups");
    return zip ? answer.with("content-encoding", "gzip") : answer;
  }

  /** Where a workspace is started, and from where one comes back to {@code to} when it runs. */
  private String startPage(WorkspaceId workspace, String to) {
    var page = addresses.dashboard() + "/#/start/" + workspace;
    if (to.equals("/") || to.length() > LONGEST_TO || !Paths.isLocal(to)) return page;
    return page + "?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8);
  }

  /** Where the dashboard sends a visitor of its own with a code that works once. */
  private Step enter(WorkspaceHost.Inside host, HttpRequest request) {
    boolean person = isNavigation(request);
    if (!request.method().equals(HttpMethod.GET)) return new Step.Say(hidden(person));
    var query = new QueryStringDecoder(request.uri(), StandardCharsets.UTF_8, true, 8).parameters();
    var code = query.get("code");
    if (code == null || code.size() != 1 || code.getFirst().length() > 256)
      return new Step.Say(hidden(person));
    var to = query.get("to");
    var where = to == null || to.size() != 1 ? "/" : to.getFirst();
    return new Step.Enter(host, code.getFirst(), Paths.isLocal(where) ? where : "/");
  }

  private Step loginFirst(WorkspaceHost.Inside host, HttpRequest request, boolean person) {
    if (isPreflight(request) && host instanceof WorkspaceHost.OfPort) {
      var answer = preflight(host, request.headers());
      if (answer.isPresent()) return new Step.Say(answer.get());
    }
    if (!person) return new Step.Say(hidden(false));
    var to = request.uri().length() > LONGEST_TO ? "/" : request.uri();
    return new Step.Say(
        Answer.redirect(
            "%s/_berth/pass?host=%s&to=%s"
                .formatted(
                    addresses.dashboard(),
                    URLEncoder.encode(addresses.authority(host), StandardCharsets.UTF_8),
                    URLEncoder.encode(to, StandardCharsets.UTF_8))));
  }

  private static boolean isPreflight(HttpRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /**
   * Browsers send no cookie with a preflight, so a private port could never be asked from another
   * port's page of the same workspace. Says yes by the names alone, which tells nothing of what
   * exists; whether the page may read the answer is for the app to say in it.
   */
  private Optional<Answer> preflight(WorkspaceHost.Inside host, HttpHeaders asked) {
    var origin = asked.get(HttpHeaderNames.ORIGIN, "");
    boolean sibling =
        addresses.origin(origin) instanceof WorkspaceHost.Inside from
            && from.workspace().equals(host.workspace());
    if (!sibling) return Optional.empty();
    return Optional.of(
        Answer.empty(HttpResponseStatus.NO_CONTENT)
            .with("access-control-allow-origin", origin)
            .with("access-control-allow-credentials", "true")
            .with(
                "access-control-allow-methods",
                asked.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD, "GET"))
            .with(
                "access-control-allow-headers",
                asked.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS, "content-type"))
            .with("access-control-max-age", "60")
            .with("vary", "origin"));
  }

  /** The one answer for what is not there and for what is another's. */
  Answer hidden(boolean person) {
    return Answer.of(
        HttpResponseStatus.NOT_FOUND,
        person,
        "missing",
        "There is nothing here that you may open.",
        "Your workspaces are listed at " + addresses.dashboard() + "/.");
  }

  // Headers on the way in.

  private static void keepCookies(HttpRequest request, Caller.Cookies cookies) {
    if (cookies.others().isEmpty() || cookies.header().isEmpty()) {
      request.headers().remove(HttpHeaderNames.COOKIE);
    } else {
      request.headers().set(HttpHeaderNames.COOKIE, cookies.others().get());
    }
  }

  private void forwardable(HttpRequest request, Caller caller, String authority, boolean upgrade) {
    var headers = request.headers();
    var protocol = upgrade ? headers.get(HttpHeaderNames.UPGRADE) : null;
    Hops.remove(headers);
    if (protocol != null) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
      headers.set(HttpHeaderNames.UPGRADE, protocol);
    }
    var before = caller.isTrusted() ? headers.get(X_FORWARDED_FOR) : null;
    boolean tls =
        caller.speaksTls()
            || (caller.isTrusted() && "https".equals(headers.get(X_FORWARDED_PROTO)));
    headers.remove(FORWARDED);
    headers.remove(X_REAL_IP);
    headers.remove(X_FORWARDED_PREFIX);
    headers.remove(X_FORWARDED_SERVER);
    headers.set(
        X_FORWARDED_FOR, before == null ? caller.address() : before + ", " + caller.address());
    headers.set(X_FORWARDED_HOST, authority);
    headers.set(X_FORWARDED_PROTO, tls ? "https" : "http");
    headers.set(X_FORWARDED_PORT, addresses.port());
    request.setProtocolVersion(HttpVersion.HTTP_1_1);
  }

  /** Whether a person waits for a page, as far as a request tells. */
  static boolean isNavigation(HttpRequest request) {
    if (!request.method().equals(HttpMethod.GET)) return false;
    var mode = request.headers().get(SEC_FETCH_MODE);
    return mode != null
        ? mode.equals("navigate")
        : request.headers().get(HttpHeaderNames.ACCEPT, "").contains("text/html");
  }
}
