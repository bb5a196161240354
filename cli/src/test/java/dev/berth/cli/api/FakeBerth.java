package dev.berth.cli.api;

import dev.berth.base.Problem;
import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.base.http.WebSocket;
import dev.berth.base.json.Json;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Notice;
import dev.berth.protocol.Phase;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.OwnerToken;
import dev.berth.protocol.api.WorkspaceEvent;
import dev.berth.protocol.api.WorkspaceView;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A server, a gateway and the one workspace that can be opened, whose answers a test says. */
public final class FakeBerth implements AutoCloseable {
  public static final WorkspaceId ID = new WorkspaceId("octo-shop-abcdefghijk");

  /** What was run inside, as it is asked for. */
  public record Ran(List<String> argv, Map<String, String> env, Optional<Map<String, Long>> tty) {}

  /** What the workspace is asked for. */
  public interface Inside {
    InstanceStatus status() throws Exception;

    Response terminal(long from) throws Exception;
  }

  public final CountDownLatch asked = new CountDownLatch(1);
  public final CountDownLatch mayOpen = new CountDownLatch(1);
  private final HttpServer server;
  private volatile boolean opened;
  private volatile boolean there;

  /** What the workspace's owner should know of it. */
  public volatile List<WorkspaceView.FindingView> findings = List.of();

  public volatile List<Notice> notices = List.of();

  public final List<Ran> ran = new CopyOnWriteArrayList<>();

  public FakeBerth(Home home, Inside inside) {
    var routes =
        new Router()
            .on("POST", "/api/v1/workspaces", _ -> open())
            .on("GET", "/api/v1/events", _ -> events())
            .on("GET", "/api/v1/workspaces/{id}", _ -> Response.json(200, view()))
            .on("GET", "/api/v1/workspaces/{id}/logs", _ -> Response.text(200, "the build\n"))
            .on("DELETE", "/api/v1/workspaces/{id}", _ -> delete())
            .on("GET", "/api/v1/workspaces/{id}/token", _ -> token())
            .on("GET", "/_supervisor/v1/exec", _ -> new Response.Socket(this::exec))
            .on("GET", "/_supervisor/v1/status", _ -> Response.json(200, inside.status()))
            .on(
                "GET",
                "/_supervisor/v1/terminals/t1/connect",
                request -> inside.terminal(from(request)));
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    this.server = HttpServer.open(loopback, HttpServer.Limits.DEFAULT, routes);
    home.create();
    home.tell(told(), "token");
  }

  public Home.Server told() {
    int port = server.address().getPort();
    return new Home.Server(
        ProcessHandle.current().pid(),
        "http://127.0.0.1:" + port,
        "http://berth.localhost:" + port,
        "127.0.0.1",
        port,
        Optional.empty(),
        false,
        "test");
  }

  public static OwnerToken door() {
    return new OwnerToken("key", "http://%s.ws.berth.localhost".formatted(ID));
  }

  /** Of an instance with one task, in the terminal t1. */
  public static InstanceStatus status(boolean running) {
    var code = running ? Optional.<Integer>empty() : Optional.of(0);
    return new InstanceStatus(
        new ContentState.Ready(false),
        List.of(),
        List.of(new TaskState(0, "build", "t1", running, code)),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  public static Problem away() {
    return new Problem.Unavailable("The workspace starts anew.", "Wait.");
  }

  public boolean wasOpened() {
    return opened;
  }

  /** Whether the workspace was opened and not deleted. */
  public boolean isThere() {
    return there;
  }

  private Response open() throws InterruptedException {
    asked.countDown();
    mayOpen.await();
    opened = true;
    there = true;
    return Response.json(201, view());
  }

  private Response delete() {
    there = false;
    return Response.json(202, view());
  }

  private Response events() {
    var all = new WorkspaceEvent.All(there ? List.of(view()) : List.of());
    return new Response.Events(sink -> {
      sink.data(Json.write(all));
      new CountDownLatch(1).await();
    });
  }

  /** Each program ends with 7. */
  private void exec(WebSocket socket) throws IOException, InterruptedException {
    if (!(socket.receive().orElseThrow() instanceof WebSocket.Message.Text(var asked))) return;
    ran.add(Json.read(asked, Ran.class));
    socket.send(Json.write(Map.of("kind", "exit", "code", 7)));
    while (socket.receive().isPresent()) {
      // its input, and then its end
    }
  }

  private static Response token() {
    return Response.json(200, door());
  }

  private static long from(Request request) {
    return Long.parseLong(request.parameter("from").orElseThrow());
  }

  private WorkspaceView view() {
    var running = new Phase.Running(Instant.EPOCH, new Endpoint("127.0.0.1", 1));
    return view(new Intent.Run(), running, findings, notices);
  }

  public static WorkspaceView view(Intent intent, Phase phase) {
    return view(intent, phase, List.of(), List.of());
  }

  private static WorkspaceView view(
      Intent intent, Phase phase, List<WorkspaceView.FindingView> findings, List<Notice> notices) {
    var now = Instant.EPOCH;
    return new WorkspaceView(
        ID,
        door().url(),
        "file:///shop",
        "octo/shop",
        "file:///shop",
        "/workspace/shop",
        Optional.empty(),
        Optional.empty(),
        "small",
        "default",
        now,
        now,
        intent,
        phase,
        List.of(),
        findings,
        ToldNotices.of(notices),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        false,
        Optional.empty());
  }

  @Override
  public void close() {
    mayOpen.countDown();
    server.close();
  }
}
