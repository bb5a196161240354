package dev.berth.dashboard;

import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.http.FreePorts;
import dev.berth.base.http.Header;
import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.base.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A control plane and one workspace's supervisor, both fakes, behind one port as the gateway shows
 * them: the dashboard at {@code berth.localhost}, the workspace at {@code <id>.ws.berth.localhost}.
 * They keep what a test tells them and note what was asked.
 */
final class FakeBerth implements AutoCloseable {
  static final String ID = "octo-hello-abcdefghijk";

  /** The workspace that a fork makes. */
  static final String FORK = "octo-hello-bcdefghijkl";

  /** Every call that changes something, in order: {@code POST /api/v1/workspaces ...}. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  private static final List<Map<String, String>> HOST_KEYS =
      List.of(Map.of("type", "ssh-ed25519", "host_key", "AAAA"));

  private final List<Map<String, Object>> sshKeys = new CopyOnWriteArrayList<>();
  private final Map<String, FakeTerminal> terminals = new LinkedHashMap<>();
  private final Map<String, FakeWorkspace> workspaces = new LinkedHashMap<>();
  private final List<BlockingQueue<String>> listeners = new CopyOnWriteArrayList<>();
  private final List<BlockingQueue<String>> statusListeners = new CopyOnWriteArrayList<>();
  private final Pages site = Pages.site();
  private final Pages terminalPage = Pages.workspace();
  private final Router control;
  private static final Map<String, Object> NO_STORE = Map.of("behindObjects", 0, "behindBytes", 0);

  private static final String CHECKS = "/api/v1/installation/checks";

  /** Those that were deleted and are still kept. */
  private final Map<String, FakeWorkspace> deleted = new LinkedHashMap<>();

  private final Router supervisor;
  private final int port;
  private HttpServer server;
  private volatile boolean loggedIn = true;
  private volatile boolean supervisorRuns = true;
  private volatile boolean editorAnswers;
  private volatile Map<String, Object> installed = Map.of("kind", "none");
  private final Map<String, Object> checks = new TreeMap<>();
  private boolean administers = true;
  private volatile Map<String, Object> status = status(List.of(), List.of());

  FakeBerth() {
    control =
        new FakeSettings()
            .addTo(new Router())
            .on("GET", "/api/v1/me", _ -> Response.json(200, me()))
            .on("GET", "/api/v1/editor", _ -> Response.json(200, installed))
            .on("GET", "/api/v1/store", _ -> Response.json(200, NO_STORE))
            .on("GET", CHECKS, _ -> checks())
            .on("POST", CHECKS, _ -> beginChecks())
            .on("GET", "/api/v1/events", _ -> new Response.Events(sink -> events(sink)))
            .on("GET", "/api/v1/workspaces", this::deleted)
            .on("POST", "/api/v1/workspaces", this::create)
            .on("POST", "/api/v1/workspaces/{id}/{verb}", this::startOrStop)
            .on("DELETE", "/api/v1/workspaces/{id}", this::delete)
            .on("PUT", "/api/v1/workspaces/{id}/ports/{port}", this::setVisibility)
            .on(
                "GET",
                "/api/v1/workspaces/{id}/logs",
                _ -> Response.text(200, "\u001b[32mcloning\u001b[0m 10%\rcloning 100%\ndone\n"))
            .on("GET", "/api/v1/workspaces/{id}/definition", _ -> Response.json(200, definition()))
            .on("GET", "/api/v1/workspaces/{id}/points", _ -> Response.json(200, points()))
            .on("GET", "/api/v1/ssh-keys", _ -> Response.json(200, Map.of("keys", sshKeys)))
            .on("POST", "/api/v1/ssh-keys", this::addSshKey)
            .on("DELETE", "/api/v1/ssh-keys/{key}", this::deleteSshKey)
            .on("GET", "/_ssh/host_keys", _ -> Response.json(200, HOST_KEYS))
            .on("POST", "/api/v1/logout", _ -> Response.empty(204))
            .on("GET", "/{path...}", request -> page(site, request));
    supervisor =
        new Router()
            .on("GET", "/_supervisor/v1/status", _ -> Response.json(200, status))
            .on("GET", "/_supervisor/v1/events", _ -> new Response.Events(sink -> statuses(sink)))
            .on("GET", "/_supervisor/v1/terminals", _ -> Response.json(200, terminalViews()))
            .on("POST", "/_supervisor/v1/terminals", this::newTerminal)
            .on("DELETE", "/_supervisor/v1/terminals/{id}", this::endTerminal)
            .on("GET", "/_supervisor/v1/terminals/{id}/connect", this::connect);
    port = FreePorts.next(); // nobody else's while it is down
    server = listen(port);
  }

  String dashboardUrl() {
    return "http://berth.localhost:" + port + "/";
  }

  String workspaceUrl(String id) {
    return "http://" + id + ".ws.berth.localhost:" + port;
  }

  FakeWorkspace workspace(String id, String repository) {
    return new FakeWorkspace(id, repository, workspaceUrl(id));
  }

  /** How many pages listen to the dashboard's events. */
  int listening() {
    return listeners.size();
  }

  /** What control found last; nothing goes on any more. */
  synchronized void checked(List<Map<String, Object>> results) {
    checks.remove("running");
    checks.put("last", run("control berth-control-7c9f-x2k4p", results));
  }

  /** What the installer found. */
  synchronized void recorded(List<Map<String, Object>> results) {
    checks.put("recorded", run("ada@laptop", results));
  }

  /** Who is here is not who administers. */
  synchronized void administeredByAnother() {
    administers = false;
  }

  private static Map<String, Object> run(String by, List<Map<String, Object>> results) {
    var ended = Instant.now().minusSeconds(120);
    return Map.of(
        "by",
        by,
        "version",
        "0.1.0",
        "began",
        ended.minusMillis(1400).toString(),
        "ended",
        ended.toString(),
        "results",
        results);
  }

  private synchronized Response checks() {
    if (!administers) {
      throw new Problem.Refused("This is for who administers the installation.", "Ask its owner.");
    }
    return Response.json(200, new TreeMap<>(checks));
  }

  private synchronized Response beginChecks() {
    checks.put("running", Instant.now().toString());
    return Response.json(202, new TreeMap<>(checks));
  }

  void logOut() {
    loggedIn = false;
  }

  /** Says what is so now of a workspace, to all who listen. */
  synchronized void tell(FakeWorkspace workspace) {
    workspaces.put(workspace.id(), workspace);
    publish(listeners, Json.write(Map.of("kind", "changed", "workspace", workspace.view())));
  }

  synchronized void forget(String id) {
    workspaces.remove(id);
    publish(listeners, Json.write(Map.of("kind", "gone", "id", id)));
  }

  FakeTerminal terminal(String id, String title) {
    var terminal = new FakeTerminal(id, title);
    synchronized (this) {
      terminals.put(id, terminal);
    }
    return terminal;
  }

  void tellStatus(List<Map<String, Object>> tasks, List<Integer> ports) {
    tellStatus(status(tasks, ports));
  }

  private synchronized void tellStatus(Map<String, Object> now) {
    status = now;
    publish(statusListeners, Json.write(now));
  }

  /** What the supervisor says of the editor, beside its tasks. */
  void tellEditor(Map<String, Object> editor, List<Map<String, Object>> tasks) {
    var next = new TreeMap<>(status(tasks, List.of()));
    next.put("editor", editor);
    tellStatus(next);
  }

  /** How far the installation's editor is. */
  void install(Map<String, Object> state) {
    installed = state;
  }

  /** From here on the gateway leads to the editor. */
  void openEditor() {
    editorAnswers = true;
  }

  /** The instance is gone: the gateway answers for it. */
  void endSupervisor() {
    supervisorRuns = false;
    server.close();
    up();
  }

  /** The server goes away. */
  void down() {
    server.close();
  }

  /** It comes back; the port of the one before may be held a moment longer. */
  void up() {
    server =
        await()
            .ignoreException(Problem.Unavailable.class)
            .until(() -> listen(port), Objects::nonNull);
  }

  @Override
  public void close() {
    server.close();
  }

  private HttpServer listen(int at) {
    return HttpServer.open(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), at),
        HttpServer.Limits.DEFAULT,
        this::answer);
  }

  private Response answer(Request request) throws Exception {
    var host = request.header("host").orElse("");
    if (!request.method().equals("GET")) {
      asked.add(
          (request.method()
                  + " "
                  + request.path()
                  + " "
                  + new String(request.body(), StandardCharsets.UTF_8))
              .strip());
    }
    if (host.contains("-octo-")) return Response.text(200, "the port's own page");
    if (!host.contains(".ws.")) {
      if (!loggedIn && request.path().startsWith("/api/")) return Response.empty(401);
      return control.handle(request);
    }
    if (request.path().equals("/_berth/workspace.json")) {
      return Response.json(
          200, Map.of("id", ID, "dashboardUrl", dashboardUrl(), "editor", editorAnswers));
    }
    if (request.path().equals("/") && editorAnswers) {
      return Response.text(200, "the editor at " + request.query());
    }
    boolean view = Set.of("/_berth/terminal/", "/_berth/ports/").contains(request.path());
    var file = terminalPage.find(view ? "/" : request.path());
    if (file.isPresent()) return page(file.get(), terminalPage);
    if (!supervisorRuns) throw new Problem.Unavailable("It does not run.", "Start it.");
    return supervisor.handle(request);
  }

  /** As control and gateway do it: precompressed, with the page's headers. */
  private static Response page(Pages pages, Request request) {
    return pages
        .find(request.path())
        .map(page -> page(page, pages))
        .orElseGet(() -> Response.empty(404));
  }

  private static Response page(Pages.Page page, Pages pages) {
    var headers = new ArrayList<Header>();
    pages.headers().forEach((name, value) -> headers.add(new Header(name, value)));
    headers.add(new Header("content-type", page.contentType()));
    headers.add(new Header("cache-control", page.cacheControl()));
    headers.add(new Header("content-encoding", "gzip"));
    return new Response.Whole(200, headers, page.gzip());
  }

  private Map<String, Object> me() {
    return Map.of(
        "user",
        Map.of("id", "u1", "name", "Ada Lovelace"),
        "version",
        "0.1.0",
        "dashboardUrl",
        dashboardUrl(),
        "workspaceUrlPattern",
        workspaceUrl("{id}"),
        "sizes",
        List.of(Map.of("name", "standard", "cpuMillis", 2000, "memoryBytes", 4L << 30)),
        "deletedKeptSeconds",
        14 * 86400,
        "ssh",
        Map.of("host", "berth.localhost", "port", 2222));
  }

  private Response addSshKey(Request request) {
    var line = String.valueOf(request.json(Map.class).get("key")).split(" ", 3);
    if (line.length < 3) throw new Problem.Invalid("The key is cut off.", "Paste all of it.");
    sshKeys.add(
        Map.of(
            "id",
            "k" + sshKeys.size(),
            "name",
            line[2],
            "type",
            line[0],
            "fingerprint",
            "SHA256:" + line[1],
            "createdAt",
            java.time.Instant.now().toString()));
    return Response.json(201, sshKeys.getLast());
  }

  private Response deleteSshKey(Request request) {
    sshKeys.removeIf(key -> request.variable("key").equals(key.get("id")));
    return Response.empty(204);
  }

  private void events(Response.EventSink sink) throws IOException, InterruptedException {
    var queue = new LinkedBlockingQueue<String>();
    synchronized (this) {
      queue.add(
          Json.write(
              Map.of(
                  "kind",
                  "all",
                  "workspaces",
                  workspaces.values().stream().map(FakeWorkspace::view).toList())));
      listeners.add(queue);
    }
    drain(queue, listeners, sink);
  }

  private void statuses(Response.EventSink sink) throws IOException, InterruptedException {
    var queue = new LinkedBlockingQueue<String>();
    synchronized (this) { // what is told meanwhile comes behind
      queue.add(Json.write(status));
      statusListeners.add(queue);
    }
    drain(queue, statusListeners, sink);
  }

  private static void drain(
      BlockingQueue<String> queue, List<BlockingQueue<String>> all, Response.EventSink sink)
      throws IOException, InterruptedException {
    try {
      while (true) {
        var next = queue.poll(Duration.ofSeconds(15).toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) sink.keepAlive();
        else sink.data(next);
      }
    } finally {
      all.remove(queue);
    }
  }

  private static void publish(List<BlockingQueue<String>> to, String event) {
    for (var queue : to) queue.add(event);
  }

  private Response create(Request request) throws InterruptedException {
    var body = request.json(Map.class);
    var url = String.valueOf(body.get("contextUrl"));
    if (url.contains("nowhere")) {
      throw new Problem.Missing(
          "The host git.nowhere.example does not answer.",
          "Check the spelling, or that this machine reaches it: git ls-remote " + url);
    }
    List<FakeWorkspace> existing;
    synchronized (this) {
      existing =
          workspaces.values().stream()
              .filter(workspace -> url.equals(workspace.view().get("contextUrl")))
              .toList();
    }
    if (!existing.isEmpty() && "ask".equals(body.get("whenOneExists"))) {
      return Response.json(
          409,
          Map.of(
              "error",
              Map.of("kind", "conflict", "what", "You have one.", "remedy", "Open it."),
              "existing",
              existing.stream().map(FakeWorkspace::view).toList()));
    }
    var created = workspace(ID, "octo/hello").with("contextUrl", url).pending();
    tell(created);
    return Response.json(201, created.view());
  }

  private static Map<String, Object> definition() {
    return Map.of(
        "file",
        ".gitpod.yml",
        "why",
        "The repository has a .gitpod.yml.",
        "others",
        List.of(".devcontainer/devcontainer.json"),
        "facts",
        List.of(
            Map.of(
                "name", "Image", "values", List.of("the default image"), "from", "Berth’s default"),
            Map.of(
                "name",
                "Task Web",
                "values",
                List.of("init: npm ci", "command: npm start"),
                "from",
                ".gitpod.yml")));
  }

  private static Map<String, Object> points() {
    return Map.of("points", List.of(point("20261121t100000000z-0123456789abcdef", 1_200_000)));
  }

  private static Map<String, Object> point(String id, long newBytes) {
    return Map.of(
        "id",
        id,
        "at",
        Instant.now().minusSeconds(150).toString(),
        "files",
        1234,
        "bytes",
        56_000_000,
        "newBytes",
        newBytes,
        "leftOut",
        List.of("/files/socket: is a socket"));
  }

  private Response startOrStop(Request request) {
    if (request.variable("verb").equals("undelete")) return undelete(request.variable("id"));
    var workspace = known(request);
    switch (request.variable("verb")) {
      case "start" -> workspace.pending();
      case "stop" -> workspace.stopped("You stopped it.");
      case "pin" -> workspace.pinned();
      case "fork" -> {
        var made = workspace(FORK, "octo/hello").pending();
        tell(made);
        return Response.json(201, made.view());
      }
      default -> throw new Problem.Missing("No such verb.", "Use start or stop.");
    }
    tell(workspace);
    return Response.json(200, workspace.view());
  }

  private synchronized Response delete(Request request) {
    var id = request.variable("id");
    if (request.parameter("now").isPresent()) {
      deleted.remove(id);
      forget(id);
      return Response.json(202, Map.of());
    }
    var workspace = known(request);
    forget(id);
    keep(workspace);
    return Response.json(202, workspace.view());
  }

  /** Says of it that its owner deleted it a moment ago. */
  synchronized void keep(FakeWorkspace workspace) {
    deleted.put(workspace.id(), workspace.deleted());
  }

  /** The pages ask for no others: the events tell of these. */
  private synchronized Response deleted(Request request) {
    if (!request.parameter("deleted").equals(Optional.of("true"))) return Response.empty(400);
    return Response.json(
        200, Map.of("workspaces", deleted.values().stream().map(FakeWorkspace::view).toList()));
  }

  private synchronized Response undelete(String id) {
    var workspace = deleted.remove(id);
    if (workspace == null) throw new Problem.Missing("There is none.", "Look at the list.");
    tell(workspace.stopped("It was deleted."));
    return Response.json(200, workspace.view());
  }

  private Response setVisibility(Request request) {
    var workspace = known(request);
    var visibility = String.valueOf(request.json(Map.class).get("visibility"));
    workspace.port(Integer.parseInt(request.variable("port")), "web", visibility, true);
    tell(workspace);
    return Response.json(200, workspace.view());
  }

  private synchronized FakeWorkspace known(Request request) {
    var workspace = workspaces.get(request.variable("id"));
    if (workspace == null) throw new Problem.Missing("There is none.", "Look at the list.");
    return workspace;
  }

  private static Map<String, Object> status(List<Map<String, Object>> tasks, List<Integer> ports) {
    return Map.of(
        "content",
        Map.of("kind", "ready", "restart", false),
        "steps",
        List.of(),
        "tasks",
        tasks,
        "ports",
        ports.stream().map(port -> Map.of("port", port, "loopbackOnly", true)).toList(),
        "notices",
        List.of());
  }

  private synchronized Map<String, Object> terminalViews() {
    return Map.of("terminals", terminals.values().stream().map(FakeTerminal::view).toList());
  }

  private synchronized Response newTerminal(Request request) {
    int next = terminals.size() + 1;
    while (terminals.containsKey("t" + next)) next++;
    var terminal = terminal("t" + next, "bash");
    terminal.print("gitpod /workspace/hello $ ");
    return Response.json(201, terminal.view());
  }

  private Response endTerminal(Request request) {
    synchronized (this) {
      terminals.remove(request.variable("id"));
    }
    return Response.empty(204);
  }

  private Response connect(Request request) {
    FakeTerminal terminal;
    synchronized (this) {
      terminal = terminals.get(request.variable("id"));
    }
    if (terminal == null) throw new Problem.Missing("There is none.", "Look at the list.");
    int from = Integer.parseInt(request.parameter("from").orElse("0"));
    var typist = request.parameter("typist").orElse("");
    return new Response.Socket(socket -> terminal.serve(socket, from, typist));
  }

  /** A task as the supervisor tells it; a negative exit code for one that runs. */
  static Map<String, Object> task(int index, String name, String terminal, int exitCode) {
    var task =
        new TreeMap<String, Object>(
            Map.of("index", index, "name", name, "terminal", terminal, "running", exitCode < 0));
    if (exitCode >= 0) task.put("exitCode", exitCode);
    return task;
  }
}
