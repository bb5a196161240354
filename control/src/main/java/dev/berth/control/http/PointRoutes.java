package dev.berth.control.http;

import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.control.account.Accounts.Caller;
import dev.berth.control.workspace.Forks;
import dev.berth.control.workspace.Views;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.Workspaces;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.ForkRequest;
import dev.berth.protocol.api.PointList;
import dev.berth.protocol.api.PointView;
import dev.berth.protocol.api.StoreView;
import dev.berth.runtime.Saves;
import java.util.Optional;

/** What owners ask of the saved moments of their workspaces. */
public final class PointRoutes {
  private final Workspaces workspaces;
  private final Views views;
  private final Saves saves;
  private final Forks forks;

  public PointRoutes(Workspaces workspaces, Views views, Saves saves, Forks forks) {
    this.workspaces = workspaces;
    this.views = views;
    this.saves = saves;
    this.forks = forks;
  }

  void addTo(Router router, Doors doors) {
    router
        .on("GET", "/api/v1/workspaces/{id}/points", doors.owner(this::list))
        .on("POST", "/api/v1/workspaces/{id}/points", doors.owner(this::save))
        .on("POST", "/api/v1/workspaces/{id}/fork", doors.owner(this::fork))
        .on("GET", "/api/v1/store", doors.owner((_, _) -> Response.json(200, store())));
    new SavedFileRoutes(workspaces, saves).addTo(router, doors);
  }

  private StoreView store() {
    return saves
        .distant()
        .map(store ->
            new StoreView(
                Optional.of(store.name()),
                store.objects(),
                store.bytes(),
                store.since(),
                store.trouble()))
        .orElseGet(() -> new StoreView(Optional.empty(), 0, 0, Optional.empty(), Optional.empty()));
  }

  private Response list(Request request, Caller caller) throws InterruptedException {
    var workspace = find(request, caller);
    var points = saves.points(workspace.id(), workspace.owner());
    return Response.json(
        200,
        new PointList(
            points.stream().map(PointRoutes::view).toList(), saves.trouble(workspace.id())));
  }

  private Response save(Request request, Caller caller) throws InterruptedException {
    var workspace = find(request, caller);
    return Response.json(201, view(saves.save(workspace.id(), workspace.owner())));
  }

  private Response fork(Request request, Caller caller) throws InterruptedException {
    var id = new WorkspaceId(request.variable("id"));
    var made = forks.fork(caller.user().id(), id, request.json(ForkRequest.class).point());
    return WorkspaceRoutes.created(views, made);
  }

  private Workspace find(Request request, Caller caller) {
    return workspaces.find(caller.user().id(), new WorkspaceId(request.variable("id")));
  }

  private static PointView view(Saves.Point point) {
    return new PointView(
        point.id(),
        point.at(),
        point.files(),
        point.bytes(),
        point.newBytes(),
        point.leftOut(),
        point.kept(),
        point.changed().map(SavedFileRoutes::view));
  }
}
