package dev.berth.control.reconcile;

import dev.berth.base.http.Handler;
import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.Notice;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.inside.ErrandList;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.protocol.inside.InstanceStatus.ServedPort;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import dev.berth.runtime.InstanceSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers in the place of all instances' supervisors, as the test says; only to their tokens. */
public final class FakeSupervisor implements AutoCloseable {
  private static final String ERRANDS = "/_supervisor/v1/errands";

  private final HttpServer server;
  private final List<ErrandList.Waiting> errands = new CopyOnWriteArrayList<>();
  private final Map<String, String> answered = new ConcurrentHashMap<>();
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Handler status = _ -> Response.json(200, preparing());

  public FakeSupervisor() {
    server =
        HttpServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            HttpServer.Limits.DEFAULT,
            this::answer);
  }

  private Response answer(Request request) throws Exception {
    if (!request.bearer().filter(tokens::contains).isPresent()) return Response.empty(401);
    if (request.path().startsWith(ERRANDS)) return errands(request);
    asked.incrementAndGet();
    return request.path().equals("/_supervisor/v1/status")
        ? status.handle(request)
        : Response.text(200, "output of " + request.path());
  }

  private Response errands(Request request) {
    if (request.method().equals("POST")) {
      var id = request.path().substring(ERRANDS.length() + 1).replace("/answer", "");
      answered.put(
          id,
          request.parameter("status").orElse("")
              + " "
              + new String(request.body(), StandardCharsets.UTF_8));
      return Response.empty(204);
    }
    var told = List.copyOf(errands);
    errands.clear();
    return told.isEmpty() ? Response.empty(404) : Response.json(200, new ErrandList(told));
  }

  /** Its instance asks something of control. */
  public void asks(String id, String what) {
    errands.add(new ErrandList.Waiting(id, what));
  }

  /** What control answered, by errand. */
  public Map<String, String> answered() {
    return answered;
  }

  /** Where the instance of {@code spec} is, whose token is good from now on. */
  public Endpoint at(InstanceSpec spec) {
    tokens.add(spec.boot().token());
    return endpoint();
  }

  /** Where it listens. */
  public Endpoint endpoint() {
    return new Endpoint("127.0.0.1", server.address().getPort());
  }

  /** How often somebody with a good token asked. */
  public int asked() {
    return asked.get();
  }

  /** From now on it says that all is there. */
  public void ready() {
    says(ready(Optional.empty()));
  }

  /** From now on it says this. */
  public void says(InstanceStatus words) {
    status = _ -> Response.json(200, words);
  }

  /** From now on it answers like this. */
  public void answers(Handler handler) {
    status = handler;
  }

  /** The files are being made. */
  public static InstanceStatus preparing() {
    return preparing(List.of());
  }

  /** The same, so far. */
  public static InstanceStatus preparing(List<StartStep> steps) {
    return new InstanceStatus(
        new ContentState.Preparing(),
        steps,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** All is there, a web server listens, and somebody typed at {@code lastInput}. */
  public static InstanceStatus ready(Optional<Instant> lastInput) {
    return ready(lastInput, new InstanceStatus.EditorState.Ready(23000));
  }

  /** The same with its editor not yet as far, or farther. */
  public static InstanceStatus ready(
      Optional<Instant> lastInput, InstanceStatus.EditorState editor) {
    var at = Instant.parse("2026-11-21T12:00:00Z");
    return new InstanceStatus(
        new ContentState.Ready(false),
        List.of(new StartStep("content", at, Optional.of(at), "cloned")),
        List.of(new TaskState(0, "Web", "t1", true, Optional.empty())),
        List.of(new ServedPort(3000, false)),
        Optional.of(editor),
        lastInput,
        Optional.empty(),
        List.of(Notice.warning("a notice of the start")));
  }

  /** The files cannot be made. */
  public static InstanceStatus failed(String what, String remedy) {
    return new InstanceStatus(
        new ContentState.Failed(what, remedy),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  @Override
  public void close() {
    server.close();
  }
}
