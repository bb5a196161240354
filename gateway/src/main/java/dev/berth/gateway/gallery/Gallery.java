package dev.berth.gateway.gallery;

import dev.berth.base.Problem;
import dev.berth.base.http.Handler;
import dev.berth.base.http.Header;
import dev.berth.base.http.HttpServer;
import dev.berth.base.http.ProblemAnswer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.text.Reason;
import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.WorkspaceHost;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.Outlet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The registry of extensions as it is served to browsers and to instances; on loopback. */
public final class Gallery implements AutoCloseable {
  /**
   * A question of VS Code has some KB. Connections: 20 pages that draw results at once, with what
   * programs inside ask.
   */
  private static final HttpServer.Limits LIMITS = new HttpServer.Limits(64 << 10, 2048, 120);

  /** At everybody's name. */
  private static final String ANYBODY = "anybody";

  private static final String ITEM = "/vscode/item";

  private final GalleryConfig config;
  private final Addresses addresses;
  private final Function<WorkspaceId, Optional<UserId>> owners;
  private final Askers askers = new Askers();
  private final Shelf shelf;
  private final HttpServer server;

  private Gallery(
      GalleryConfig config,
      Addresses addresses,
      Function<WorkspaceId, Optional<UserId>> owners,
      Shelf shelf) {
    this.config = config;
    this.addresses = addresses;
    this.owners = owners;
    this.shelf = shelf;
    this.server =
        HttpServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), LIMITS, handler());
  }

  /**
   * Serves, with the copies that an earlier one kept. The registry is not asked for it.
   *
   * @param owners whose a workspace is
   */
  public static Gallery open(
      GalleryConfig config,
      Addresses addresses,
      Function<WorkspaceId, Optional<UserId>> owners,
      Clock clock) {
    var registry = new Registry(config.upstream(), config.bounds());
    try {
      var shelf = Shelf.open(config.folder(), registry, config.bounds(), clock);
      return new Gallery(config, addresses, owners, shelf);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The folder %s cannot be used: %s.".formatted(config.folder(), Reason.of(e)),
          "Check that the disk is not full and that you may write there.",
          e);
    }
  }

  /** Where it serves. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** Who comes out of which instance. */
  Askers askers() {
    return askers;
  }

  private Handler handler() {
    return request -> {
      try {
        return answer(request);
      } catch (Problem problem) {
        return ProblemAnswer.to(problem); // what the registry does is no warning for each question
      } catch (IOException e) {
        return ProblemAnswer.to(
            new Problem.Unavailable(
                "The answer of the registry of extensions could not be read: %s."
                    .formatted(e.getMessage()),
                "Try again.",
                e));
      }
    };
  }

  private Response answer(Request request) throws IOException, InterruptedException {
    var path = request.path();
    return switch (addresses.parse(request.header("host").orElse(""))) {
      case WorkspaceHost.Ide host when path.startsWith(Outlet.PREFIX + "/") -> {
        // Plain HTTP whatever browsers speak: what their pages read here, they tell to the server
        // inside, and they are told to upgrade it themselves.
        var base = "http://" + addresses.authority(host) + Outlet.PREFIX;
        yield answer(request, path.substring(Outlet.PREFIX.length()), base, List.of());
      }
      case WorkspaceHost.Gallery _ -> {
        var open = List.of(new Header("access-control-allow-origin", "*"));
        yield request.method().equals("OPTIONS")
            ? preflight()
            : answer(request, path, addresses.gallery(), open);
      }
      default ->
          throw new Problem.Missing(
              "Only the registry of extensions is served here.",
              "From inside a workspace it is at <the workspace's address>%s/."
                  .formatted(Outlet.PREFIX));
    };
  }

  /**
   * A browser's host is what the gateway let it in at; what comes out of an instance proves less.
   */
  private String asker(Request request) {
    return askers
        .at(request.peer())
        .or(() ->
            addresses.parse(request.header("host").orElse("")) instanceof WorkspaceHost.Ide host
                ? owners.apply(host.workspace())
                : Optional.empty())
        .map(UserId::toString)
        .orElse(ANYBODY);
  }

  private static Response preflight() {
    return Response.empty(204)
        .with("access-control-allow-origin", "*")
        .with("access-control-allow-methods", "GET, HEAD, POST")
        .with("access-control-allow-headers", "*")
        .with("access-control-max-age", "86400");
  }

  private Response answer(Request request, String path, String base, List<Header> more)
      throws IOException, InterruptedException {
    var wanted = Wanted.of(request, path);
    if (path.equals(ITEM)) { // a page for people, which is not ours to show
      return Response.empty(302).with("location", config.upstream() + wanted.target());
    }
    var copy = shelf.get(wanted, asker(request));
    var headers = headers(copy, wanted.kind());
    headers.addAll(more);
    if (wanted.kind() == Wanted.Kind.LISTING && Texts.isJson(copy.type())) {
      var json = Texts.leadingTo(base, config.upstream().toString(), copy.all());
      return new Response.Whole(200, headers, json);
    }
    return new Response.Streamed(200, headers, copy.length(), copy.body());
  }

  /**
   * Files of extensions are anybody's, and come at the address of somebody's editor: no browser may
   * take one for a page or a script.
   */
  private static List<Header> headers(Copy copy, Wanted.Kind kind) {
    var headers = new ArrayList<Header>();
    headers.add(new Header("content-type", harmless(Texts.plain(copy.type()))));
    headers.add(new Header("x-content-type-options", "nosniff"));
    headers.add(new Header("content-security-policy", "default-src 'none'; sandbox"));
    headers.add(new Header("cache-status", copy.from().status));
    headers.add(
        new Header(
            "cache-control",
            kind == Wanted.Kind.FILE ? "private, max-age=86400" : "private, no-cache"));
    return headers;
  }

  private static String harmless(String type) {
    if (type.equals("application/json")) return type;
    if (type.startsWith("text/")) return "text/plain; charset=utf-8";
    return Optional.of(type)
        .filter(it -> it.matches("image/[a-z0-9.+-]{1,40}"))
        .orElse("application/octet-stream");
  }

  @Override
  public void close() {
    server.close();
    shelf.close();
  }
}
