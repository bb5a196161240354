package dev.berth.control.http;

import dev.berth.base.http.Header;
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
import dev.berth.runtime.Saves;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.OptionalLong;

/** What owners ask of the saved moments of their workspaces. */
public final class PointRoutes {
  /** One write for each of them, which waits for the network. */
  private static final int PIECE_BYTES = 256 << 10;

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
        .on("GET", "/api/v1/workspaces/{id}/points/{point}/tar", doors.owner(this::tar))
        .on("POST", "/api/v1/workspaces/{id}/fork", doors.owner(this::fork));
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

  /** What is not there is told before the first byte. */
  private Response tar(Request request, Caller caller) throws InterruptedException {
    var workspace = find(request, caller);
    var point = forks.known(workspace, request.variable("point"));
    var name = "%s-%s.tar".formatted(workspace.id(), point.substring(0, point.indexOf('-')));
    return new Response.Streamed(
        200,
        List.of(
            new Header("content-type", "application/x-tar"),
            new Header("content-disposition", "attachment; filename=\"%s\"".formatted(name)),
            new Header("x-content-type-options", "nosniff"),
            new Header("cache-control", "no-store")),
        OptionalLong.empty(),
        sink -> {
          var out = new BufferedOutputStream(new Pieces(sink), PIECE_BYTES);
          saves.export(workspace.id(), workspace.owner(), point, out);
          out.flush();
        });
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
        point.id(), point.at(), point.files(), point.bytes(), point.newBytes(), point.leftOut());
  }

  /** A body that is written as a stream. */
  private static final class Pieces extends OutputStream {
    private final Response.BodySink sink;

    Pieces(Response.BodySink sink) {
      this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        sink.write(bytes, offset, length);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the client is gone");
      }
    }
  }
}
