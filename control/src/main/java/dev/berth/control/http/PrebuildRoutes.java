package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.control.account.Accounts.Caller;
import dev.berth.control.workspace.Logs;
import dev.berth.control.workspace.Views;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.Workspaces;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.PrebuildList;
import dev.berth.protocol.api.PrebuildRequest;

/** What owners ask of prebuilds. */
public final class PrebuildRoutes {
  private final Workspaces workspaces;
  private final Views views;
  private final Logs logs;

  public PrebuildRoutes(Workspaces workspaces, Views views, Logs logs) {
    this.workspaces = workspaces;
    this.views = views;
    this.logs = logs;
  }

  void addTo(Router router, Doors doors) {
    router
        .on("POST", "/api/v1/prebuilds", doors.owner(this::make))
        .on("GET", "/api/v1/prebuilds", doors.owner((_, caller) -> list(caller)))
        .on(
            "GET",
            "/api/v1/prebuilds/{id}",
            doors.owner((r, c) -> Response.json(200, views.prebuild(find(r, c)))))
        .on("GET", "/api/v1/prebuilds/{id}/log", doors.owner(this::log))
        .on("DELETE", "/api/v1/prebuilds/{id}", doors.owner(this::delete));
  }

  private Response make(Request request, Caller caller) throws InterruptedException {
    var wanted = request.json(PrebuildRequest.class);
    if (wanted.contextUrl() == null || wanted.contextUrl().isBlank()) {
      throw new Problem.Invalid(
          "The request names no contextUrl.", "Give the address of a repository.");
    }
    var asked =
        workspaces.prebuild(caller.user().id(), wanted.contextUrl(), wanted.again().orElse(false));
    var view = views.prebuild(asked.prebuild());
    return Response.json(asked.isNew() ? 201 : 200, view)
        .with("location", "/api/v1/prebuilds/" + view.id());
  }

  private Response list(Caller caller) {
    var all = workspaces.prebuildsOf(caller.user().id());
    return Response.json(200, new PrebuildList(all.stream().map(views::prebuild).toList()));
  }

  private Response log(Request request, Caller caller) throws InterruptedException {
    // An instance's words on the dashboard's origin: text, whatever they look like.
    return Response.text(200, logs.of(find(request, caller)))
        .with("x-content-type-options", "nosniff");
  }

  private Response delete(Request request, Caller caller) {
    var gone = workspaces.delete(caller.user().id(), find(request, caller).id());
    return Response.json(202, views.prebuild(gone));
  }

  private Workspace find(Request request, Caller caller) {
    var id = new WorkspaceId(request.variable("id"));
    var found = workspaces.find(caller.user().id(), id);
    if (found.plan().headless()) return found;
    throw new Problem.Missing(
        "There is no prebuild %s.".formatted(id), "List them with `berth prebuilds`.");
  }
}
