package dev.berth.supervisor.api;

import dev.berth.base.Problem;
import dev.berth.base.http.Handler;
import dev.berth.base.http.Header;
import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.SupervisorProof;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.errand.Errands;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.outlet.Outlet;
import dev.berth.supervisor.process.Processes;
import dev.berth.supervisor.process.Pty;
import dev.berth.supervisor.ssh.SshRoutes;
import dev.berth.supervisor.terminal.Opening;
import dev.berth.supervisor.terminal.Terminals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The routes, and who may take them: whoever brings the instance's token, and at {@link LocalDoor}
 * whoever gets in there.
 */
public final class Api {
  /**
   * 64 KiB of JSON is far more than any call has; of the connections most stand open, as terminals
   * and tunnels; idle ones are closed after 2 min.
   */
  public static final HttpServer.Limits LIMITS = new HttpServer.Limits(64 << 10, 1024, 120);

  private static final String ROOT = "/_supervisor/v1/";
  private static final long WAIT_MILLIS_MAX = 10_000;

  /** Control asks all the time; only when it restarts does an answer take long. */
  private static final Duration ERRAND_PATIENCE = Duration.ofSeconds(20);

  /** At most 4 events a second, however much happens. */
  private static final Duration EVENTS_APART = Duration.ofMillis(250);

  /** Shorter than the minute after which proxies give up on a silent connection. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  private final String shared;
  private final InstanceId instance;
  private final byte[] token;
  private final Status status;
  private final Changes changes;
  private final Terminals terminals;
  private final WorkspaceUser user;
  private final Exec exec;
  private final Errands errands;
  private final Optional<Outlet> outlet;
  private final Map<String, Object> info;
  private final SshRoutes ssh;

  public Api(
      Status status,
      Changes changes,
      Terminals terminals,
      WorkspaceUser user,
      Processes processes,
      Errands errands,
      Optional<Outlet> outlet,
      BootPlan plan) {
    this.shared = plan.token();
    this.instance = plan.instance();
    this.token = shared.getBytes(StandardCharsets.UTF_8);
    this.status = status;
    this.changes = changes;
    this.terminals = terminals;
    this.user = user;
    this.exec = new Exec(user, processes);
    this.errands = errands;
    this.outlet = outlet;
    this.info = Views.info(plan, user);
    this.ssh = new SshRoutes(user, processes);
  }

  /** What answers the API's requests. */
  public Handler handler() {
    var routes =
        router()
            .on("GET", ROOT + "errands", this::takeErrands)
            .on("POST", ROOT + "errands/{id}/answer", this::answerErrand);
    ssh.addTo(routes, ROOT);
    outlet.ifPresent(
        it -> routes.on("GET", dev.berth.protocol.inside.Outlet.PATH, _ -> it.offered()));
    return request -> {
      boolean open = request.path().equals(ROOT + "status/supervisor");
      return open || mayPass(request) ? routes.handle(request) : unauthorized();
    };
  }

  /** The same for those who need no token: the user's own processes. */
  public Handler forUser() {
    return router();
  }

  private Router router() {
    return new Router()
        .on("GET", ROOT + "status/supervisor", this::alive)
        .on("GET", ROOT + "status", this::status)
        .on("GET", ROOT + "events", _ -> new Response.Events(this::events))
        .on("GET", ROOT + "terminals", _ -> terminals())
        .on("POST", ROOT + "terminals", this::openTerminal)
        .on("DELETE", ROOT + "terminals/{id}", this::deleteTerminal)
        .on("GET", ROOT + "terminals/{id}/connect", this::connect)
        .on("GET", ROOT + "terminals/{id}/output", this::output)
        .on("GET", ROOT + "exec", _ -> new Response.Socket(exec::serve))
        .on("GET", ROOT + "tunnel/{port}", Tunnel::open)
        .on("GET", ROOT + "info", _ -> Views.answer(200, info))
        .on("POST", ROOT + "errands", this::runErrand);
  }

  private Response alive(Request request) {
    var nonce = request.parameter("nonce");
    return nonce
        .filter(text -> text.matches("[0-9a-zA-Z-]{1,%d}".formatted(SupervisorProof.LONGEST_NONCE)))
        .map(text ->
            Views.answer(
                200, Views.view("ok", true, "proof", SupervisorProof.of(shared, instance, text))))
        .orElseGet(() -> Views.answer(200, Views.view("ok", true)));
  }

  private boolean mayPass(Request request) {
    return request
        .bearer()
        .filter(shown -> MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), token))
        .isPresent();
  }

  private static Response unauthorized() {
    return Views.answer(
            401,
            Views.error(
                "refused",
                "The request does not bring the instance's token.",
                "Send it as Authorization: Bearer; through the gateway it is added."))
        .with("www-authenticate", "Bearer");
  }

  private Response status(Request request) throws InterruptedException {
    var wait = patience(request);
    if (wait.isPresent()) status.awaitContent(wait.get());
    return Views.answer(200, Views.status(status.now()));
  }

  /** How long the caller would wait for something to tell. */
  private static Optional<Duration> patience(Request request) {
    var wait = request.parameter("wait");
    if (wait.isPresent() && !wait.get().matches("[0-9]{1,6}")) {
      throw new Problem.Invalid(
          "wait is no number of milliseconds.", "Use a number up to " + WAIT_MILLIS_MAX + ".");
    }
    return wait.map(millis -> Duration.ofMillis(Math.min(WAIT_MILLIS_MAX, Long.parseLong(millis))));
  }

  private Response runErrand(Request request) throws InterruptedException {
    JsonText.read(request.body()); // an object, or the caller is told
    var what = new String(request.body(), StandardCharsets.UTF_8);
    var answer = errands.run(what, ERRAND_PATIENCE);
    return Views.answer(answer.status(), answer.json());
  }

  private Response takeErrands(Request request) throws InterruptedException {
    var taken = errands.take(patience(request).orElse(Duration.ZERO));
    var told = taken.stream().map(errand -> Views.view("id", errand.id(), "what", errand.what()));
    return Views.answer(200, Views.view("errands", told.toList()));
  }

  private Response answerErrand(Request request) {
    var status = request.parameter("status").filter(text -> text.matches("[2-5][0-9][0-9]"));
    errands.answer(
        request.variable("id"),
        new Errands.Answer(Integer.parseInt(status.orElse("500")), request.body()));
    return Response.empty(204);
  }

  private void events(Response.EventSink sink) throws IOException, InterruptedException {
    var last = "";
    long toldAt = System.nanoTime();
    while (true) {
      long seen = changes.count();
      var now = JsonText.write(Views.status(status.now()));
      if (!now.equals(last)) {
        sink.data(now);
        last = now;
        toldAt = System.nanoTime();
      } else if (System.nanoTime() - toldAt >= KEEP_ALIVE.toNanos()) {
        sink.keepAlive();
        toldAt = System.nanoTime();
      }
      Thread.sleep(EVENTS_APART);
      changes.await(seen, KEEP_ALIVE);
    }
  }

  private Response terminals() {
    return Views.answer(
        200, Views.view("terminals", terminals.all().stream().map(Views::terminal).toList()));
  }

  private Response openTerminal(Request request) {
    var asked = JsonText.read(request.body());
    var size = new Pty.Size(asked.whole("cols"), asked.whole("rows"));
    var folder = folder(asked.optionalText("workdir"), user.folder());
    var terminal =
        terminals.open(
            Opening.plain(
                user.login(folder, Map.of()), size, user.shell().getFileName().toString(), ""));
    return Views.answer(201, Views.terminal(terminal));
  }

  /** The folder that was asked for. */
  static Path folder(Optional<String> asked, Path otherwise) {
    if (asked.isEmpty()) return otherwise;
    var name = asked.get();
    if (!name.startsWith("/") || name.indexOf(0) >= 0 || !Files.isDirectory(Path.of(name))) {
      throw new Problem.Invalid(
          "There is no folder %s.".formatted(name.replaceAll("\\p{Cntrl}", "?")),
          "Name an existing folder by its absolute path, or none for the repository's.");
    }
    return Path.of(name);
  }

  private Response deleteTerminal(Request request) throws InterruptedException {
    terminals.delete(request.variable("id"));
    return Response.empty(204);
  }

  private Response output(Request request) {
    var output = terminals.get(request.variable("id")).output();
    return new Response.Whole(
        200,
        List.of(
            new Header("content-type", "application/octet-stream"),
            new Header("cache-control", "no-store")),
        output);
  }

  private Response connect(Request request) {
    var terminal = terminals.get(request.variable("id"));
    var from = request.parameter("from").orElse("0");
    if (!from.matches("[0-9]{1,18}")) {
      throw new Problem.Invalid("from is no offset.", "Use the number of bytes received so far.");
    }
    long offset = Long.parseLong(from);
    var typist = request.parameter("typist");
    if (typist.filter(name -> !name.matches("[a-z0-9-]{8,64}")).isPresent()) {
      throw new Problem.Invalid(
          "typist is no name of one.", "Use 8 to 64 letters and digits, others for each page.");
    }
    return new Response.Socket(socket ->
        new TerminalSocket(terminal, socket, typist.map(name -> terminal.typist(name).turn()))
            .serve(offset));
  }
}
