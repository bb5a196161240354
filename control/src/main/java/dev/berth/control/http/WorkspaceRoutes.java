package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.ProblemAnswer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.base.json.Json;
import dev.berth.control.account.Accounts.Caller;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.Forks;
import dev.berth.control.workspace.Logs;
import dev.berth.control.workspace.SnapshotContext;
import dev.berth.control.workspace.Views;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.Workspaces;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Port;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.OpenRequest;
import dev.berth.protocol.api.OpenRequest.WhenOneExists;
import dev.berth.protocol.api.OwnerToken;
import dev.berth.protocol.api.PortChange;
import dev.berth.protocol.api.WorkspaceEvent;
import dev.berth.protocol.api.WorkspaceList;
import dev.berth.protocol.api.WorkspaceView;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What owners ask of their workspaces: {@code /api/v1/workspaces} and {@code /api/v1/events}. */
public final class WorkspaceRoutes {
  /** Below the minute after which proxies give up on a silent stream. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  private record Existing(ProblemAnswer.Told error, List<WorkspaceView> existing) {}

  private final Workspaces workspaces;
  private final Views views;
  private final Changes changes;
  private final Logs logs;
  private final Forks forks;
  private final String dashboard;

  /**
   * @param forks opens what is no repository but a point
   */
  public WorkspaceRoutes(
      Workspaces workspaces,
      Views views,
      Changes changes,
      Logs logs,
      Forks forks,
      String dashboard) {
    this.workspaces = workspaces;
    this.views = views;
    this.changes = changes;
    this.logs = logs;
    this.forks = forks;
    this.dashboard = dashboard;
  }

  void addTo(Router router, Doors doors) {
    router
        .on("POST", "/api/v1/workspaces", doors.owner(this::open))
        .on("GET", "/api/v1/workspaces", doors.owner(this::list))
        .on("GET", "/api/v1/workspaces/{id}", doors.owner((r, c) -> shown(find(r, c))))
        .on("POST", "/api/v1/workspaces/{id}/start", doors.owner(this::start))
        .on(
            "POST",
            "/api/v1/workspaces/{id}/stop",
            doors.owner(
                (r, c) -> shown(workspaces.stop(c.user().id(), id(r), "Its owner stopped it."))))
        .on("DELETE", "/api/v1/workspaces/{id}", doors.owner(this::delete))
        .on(
            "POST",
            "/api/v1/workspaces/{id}/undelete",
            doors.owner((r, c) -> shown(workspaces.undelete(c.user().id(), id(r)))))
        .on("POST", "/api/v1/workspaces/{id}/pin", doors.owner((r, c) -> pin(r, c, true)))
        .on("POST", "/api/v1/workspaces/{id}/unpin", doors.owner((r, c) -> pin(r, c, false)))
        .on("PUT", "/api/v1/workspaces/{id}/ports/{port}", doors.owner(this::show))
        .on("GET", "/api/v1/workspaces/{id}/logs", doors.owner(this::logs))
        .on(
            "GET",
            "/api/v1/workspaces/{id}/definition",
            doors.owner((r, c) -> Response.json(200, views.definition(find(r, c)))))
        .on("GET", "/api/v1/workspaces/{id}/token", doors.owner(this::token))
        .on("GET", "/api/v1/events", doors.owner((_, caller) -> events(caller)));
  }

  private Response open(Request request, Caller caller) throws InterruptedException {
    var wanted = request.json(OpenRequest.class);
    if (wanted.contextUrl() == null || wanted.contextUrl().isBlank()) {
      throw new Problem.Invalid(
          "The request names no contextUrl.", "Give the address of a repository.");
    }
    var snapshot = SnapshotContext.in(wanted.contextUrl(), dashboard);
    if (snapshot.isPresent()) {
      // Whoever opens a snapshot wants it as it was, however many he has opened.
      var point = Optional.of(snapshot.get().point());
      return created(views, forks.fork(caller.user().id(), snapshot.get().workspace(), point));
    }
    var user = caller.user().id();
    if (wanted.whenOneExists().orElse(WhenOneExists.CREATE) == WhenOneExists.ASK) {
      var existing = workspaces.ofContext(user, wanted.contextUrl());
      if (!existing.isEmpty()) {
        var told =
            new ProblemAnswer.Told(
                "conflict",
                "You have a workspace of this already.",
                "Open it, or ask again for a new one.");
        return Response.json(409, new Existing(told, existing.stream().map(views::of).toList()));
      }
    }
    return created(views, workspaces.open(user, wanted.contextUrl(), wanted.definition()));
  }

  static Response created(Views views, Workspace made) {
    return Response.json(201, views.of(made)).with("location", "/api/v1/workspaces/" + made.id());
  }

  private Response start(Request request, Caller caller) {
    var image = request.parameter("image");
    if (image.isEmpty()) return shown(workspaces.start(caller.user().id(), id(request)));
    if (!image.get().equals("default")) {
      throw new Problem.Invalid(
          "A workspace cannot be started with that image.", "Say image=default, or nothing.");
    }
    return shown(workspaces.startWithDefaultImage(caller.user().id(), id(request)));
  }

  private Response list(Request request, Caller caller) {
    var owner = caller.user().id();
    var all = Doors.isSaid(request, "deleted") ? workspaces.deletedOf(owner) : workspaces.of(owner);
    return Response.json(200, new WorkspaceList(all.stream().map(views::of).toList()));
  }

  private Response delete(Request request, Caller caller) {
    var owner = caller.user().id();
    var deleted =
        Doors.isSaid(request, "now")
            ? workspaces.delete(owner, id(request))
            : workspaces.discard(owner, id(request));
    return Response.json(202, views.of(deleted));
  }

  private Response pin(Request request, Caller caller, boolean stays) {
    return shown(workspaces.pin(caller.user().id(), id(request), stays));
  }

  private Response show(Request request, Caller caller) {
    var port =
        Port.parse(request.variable("port"))
            .orElseThrow(() ->
                new Problem.Invalid(
                    "That is no port of a workspace.",
                    "Use a number from 1 to 65535 that is not one of Berth's own: %d, %d, %d."
                        .formatted(Port.SUPERVISOR, Port.IDE, Port.SSH)));
    var change = request.json(PortChange.class);
    if (change.visibility().isEmpty() && change.protocol().isEmpty()) {
      throw new Problem.Invalid(
          "The request changes nothing of the port.", "Say a visibility or a protocol.");
    }
    return shown(
        workspaces.change(
            caller.user().id(),
            id(request),
            port.number(),
            change.visibility(),
            change.protocol()));
  }

  private Response logs(Request request, Caller caller) throws InterruptedException {
    // An instance's words on the dashboard's origin: text, whatever they look like.
    return Response.text(200, logs.of(find(request, caller)))
        .with("x-content-type-options", "nosniff");
  }

  private Response token(Request request, Caller caller) {
    var workspace = find(request, caller);
    return Response.json(200, new OwnerToken(logs.tokenOf(workspace), views.of(workspace).url()));
  }

  /** Ends with the caller's session, like everything that the session opened. */
  private Response events(Caller caller) {
    return new Response.Events(sink -> {
      try (var listener = changes.listen()) {
        var all = workspaces.of(caller.user().id());
        var shown = all.stream().map(Workspace::id).collect(Collectors.toCollection(HashSet::new));
        sink.data(Json.write(new WorkspaceEvent.All(all.stream().map(views::of).toList())));
        while (true) {
          var heard = listener.take(KEEP_ALIVE);
          if (caller.session().filter(heard.endedSessions()::contains).isPresent()) return;
          if (heard.workspaces().isEmpty()) sink.keepAlive();
          for (var id : heard.workspaces()) tell(sink, caller, id, shown);
        }
      }
    });
  }

  /**
   * @param shown the workspaces that the stream told of: an id names a repository, so strangers are
   *     not even told that one is gone
   */
  private void tell(Response.EventSink sink, Caller caller, WorkspaceId id, Set<WorkspaceId> shown)
      throws IOException, InterruptedException {
    try {
      var workspace = workspaces.find(caller.user().id(), id);
      if (workspace.plan().headless()) return;
      if (workspace.intent() instanceof Intent.Discard) {
        if (shown.remove(id)) sink.data(Json.write(new WorkspaceEvent.Gone(id)));
        return;
      }
      // One that was deleted before was told to be gone; it does not come back to go once more.
      if (workspace.intent() instanceof Intent.Delete && !shown.contains(id)) return;
      var view = views.of(workspace);
      shown.add(id);
      sink.data(Json.write(new WorkspaceEvent.Changed(view)));
    } catch (Problem.Missing e) {
      if (shown.remove(id)) sink.data(Json.write(new WorkspaceEvent.Gone(id)));
    }
  }

  private Workspace find(Request request, Caller caller) {
    return workspaces.find(caller.user().id(), id(request));
  }

  private static WorkspaceId id(Request request) {
    return new WorkspaceId(request.variable("id"));
  }

  private Response shown(Workspace workspace) {
    return Response.json(200, views.of(workspace));
  }
}
