package dev.berth.control.http;

import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.base.json.Json;
import dev.berth.control.account.Accounts;
import dev.berth.control.account.SshKeys;
import dev.berth.control.check.Gateways;
import dev.berth.control.reconcile.Specs;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.LastSeen;
import dev.berth.control.workspace.PortRules;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.WorkspaceStore;
import dev.berth.control.workspace.Workspaces;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import dev.berth.protocol.route.Activity;
import dev.berth.protocol.route.Route;
import dev.berth.protocol.route.RouteEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the gateway asks: routes, codes, activity. */
public final class GatewayRoutes {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
  private static final Duration FIRST_LOOKS = Duration.ofSeconds(3);

  /** Of a host. */
  private static final int LONGEST_NAME = 253;

  private record Code(String code, String host) {}

  private final WorkspaceStore store;
  private final Workspaces workspaces;
  private final Accounts accounts;
  private final SshKeys sshKeys;
  private final LastSeen lastSeen;
  private final Specs specs;
  private final Changes changes;
  private final Gateways gateways;

  public GatewayRoutes(
      WorkspaceStore store,
      Workspaces workspaces,
      Accounts accounts,
      SshKeys sshKeys,
      LastSeen lastSeen,
      Specs specs,
      Changes changes,
      Gateways gateways) {
    this.store = store;
    this.workspaces = workspaces;
    this.accounts = accounts;
    this.sshKeys = sshKeys;
    this.lastSeen = lastSeen;
    this.specs = specs;
    this.changes = changes;
    this.gateways = gateways;
  }

  void addTo(Router router, Doors doors) {
    router
        .on("GET", LeaderAnswer.PATH, doors.leader())
        .on("GET", "/internal/v1/routes", doors.gateway(this::routes))
        .on("POST", "/internal/v1/codes", doors.gateway(this::redeem))
        .on("POST", "/internal/v1/activity", doors.gateway(this::activity));
  }

  private Response routes(Request request) {
    var gateway = new Gateways.Gateway(said(request, "gateway"), said(request, "version"));
    return new Response.Events(sink -> {
      try (var listener = changes.listen();
          var _ = gateways.connect(gateway)) {
        awaitFirstLooks(listener);
        sink.data(Json.write(all()));
        for (var session : accounts.endedSessions()) {
          sink.data(Json.write(new RouteEvent.SessionEnded(session)));
        }
        for (var user : accounts.all()) sink.data(Json.write(keys(user.id())));
        while (true) {
          var heard = listener.take(KEEP_ALIVE);
          if (heard.isEmpty()) sink.keepAlive();
          for (var user : heard.sshKeys()) sink.data(Json.write(keys(user)));
          for (var session : heard.endedSessions()) {
            sink.data(Json.write(new RouteEvent.SessionEnded(session)));
          }
          for (var id : heard.workspaces()) sink.data(Json.write(event(id)));
        }
      }
    });
  }

  /** For people, and as long as a name is. */
  private static String said(Request request, String name) {
    var text = request.parameter(name).orElse("?").replaceAll("[^A-Za-z0-9._+-]", "?");
    return text.substring(0, Math.min(LONGEST_NAME, text.length()));
  }

  /**
   * After a start of control nobody was asked yet which instance runs where. The first looks are
   * waited for; what they have not come to by then is told as unseen.
   */
  private void awaitFirstLooks(Changes.Listener listener) throws InterruptedException {
    long end = System.nanoTime() + FIRST_LOOKS.toNanos();
    while (System.nanoTime() < end && store.all().stream().anyMatch(this::unseen)) {
      listener.take(Duration.ofMillis(100));
    }
  }

  private RouteEvent.All all() {
    var all = store.all();
    // These first: one that is seen in between has a route, and its change is told after.
    var unseen = all.stream().filter(this::unseen).map(Workspace::id).collect(Collectors.toSet());
    return new RouteEvent.All(all.stream().map(this::route).toList(), unseen);
  }

  private boolean unseen(Workspace workspace) {
    return workspace.phase() instanceof Phase.Running && lastSeen.of(workspace.id()).isEmpty();
  }

  private RouteEvent event(WorkspaceId id) {
    return store
        .find(id)
        .<RouteEvent>map(workspace -> new RouteEvent.Changed(route(workspace)))
        .orElseGet(() -> new RouteEvent.Gone(id));
  }

  private RouteEvent keys(UserId user) {
    return new RouteEvent.SshKeys(user, sshKeys.lines(user));
  }

  private Route route(Workspace workspace) {
    var status = lastSeen.of(workspace.id()).map(LastSeen.Sight::status);
    return new Route(
        workspace.id(),
        workspace.owner(),
        running(workspace),
        isStarting(workspace),
        PortRules.of(workspace, status).all());
  }

  /** From the wish on: who asked for a start is at the workspace's address a moment later. */
  private static boolean isStarting(Workspace workspace) {
    return workspace.state().intent() instanceof Intent.Run
        && !(workspace.phase() instanceof Phase.Running
            || workspace.phase() instanceof Phase.Failed);
  }

  private Optional<Route.Upstream> running(Workspace workspace) {
    if (!(workspace.phase() instanceof Phase.Running(_, var endpoint))) return Optional.empty();
    return lastSeen
        .of(workspace.id())
        .map(sight ->
            new Route.Upstream(
                sight.instance(), endpoint, specs.token(sight.instance()), editor(sight.status())));
  }

  private static Optional<Integer> editor(InstanceStatus status) {
    return status
        .editor()
        .flatMap(state ->
            switch (state) {
              case EditorState.Ready(var port) -> Optional.of(port);
              case EditorState.Starting _, EditorState.Failed _ -> Optional.empty();
            });
  }

  private Response redeem(Request request) {
    var code = request.json(Code.class);
    return accounts
        .redeem(code.code(), code.host())
        .<Response>map(pass -> Response.json(200, pass))
        .orElseGet(() -> Response.empty(404));
  }

  private Response activity(Request request) {
    workspaces.used(request.json(Activity.class).lastRequest());
    return Response.empty(204);
  }
}
