package dev.berth.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.base.json.Json;
import dev.berth.protocol.route.Activity;
import dev.berth.protocol.route.LeaderProof;
import dev.berth.protocol.route.LeaderView;
import dev.berth.protocol.route.Pass;
import dev.berth.protocol.route.Route;
import dev.berth.protocol.route.RouteEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Control as the gateway sees it: its internal API, and a page for all else. */
final class ControlStub implements AutoCloseable {
  /** What it says of itself, and of whoever does. */
  volatile boolean leads = true;

  /** What opens something, as it was sent to whoever asks or is asked. */
  final Set<String> keysShown = ConcurrentHashMap.newKeySet();

  /** What it says of who leads, in the place of an answer; the usual one where it is empty. */
  volatile byte[] odd = {};

  /** Until this is open it says nothing of who leads. */
  volatile CountDownLatch answers = new CountDownLatch(0);

  /** Until this is open it says nothing at {@code /held}. */
  final CountDownLatch held = new CountDownLatch(1);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String authorization;
  private final Map<String, Route> routes = new ConcurrentHashMap<>();
  private final List<BlockingQueue<String>> streams = new CopyOnWriteArrayList<>();
  final Map<String, Pass> codes = new ConcurrentHashMap<>();
  final BlockingQueue<Activity> activity = new LinkedBlockingQueue<>();
  final BlockingQueue<Map<String, List<String>>> seen = new LinkedBlockingQueue<>();

  record Code(String code, String host) {}

  ControlStub(String authorization) throws IOException {
    this(authorization, 0);
  }

  ControlStub(String authorization, int port) throws IOException {
    this.authorization = authorization;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/internal/v1/routes", exchange -> internal(exchange, this::stream));
    server.createContext("/internal/v1/leader", this::leader);
    server.createContext("/internal/v1/codes", exchange -> internal(exchange, this::code));
    server.createContext("/internal/v1/activity", exchange -> internal(exchange, this::activity));
    server.createContext("/held", this::held);
    server.createContext("/stream", this::open);
    server.createContext("/", this::page);
    server.start();
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  void tell(Route route) {
    routes.put(route.workspace().value(), route);
    tell(new RouteEvent.Changed(route));
  }

  void forget(Route route) {
    routes.remove(route.workspace().value());
    tell(new RouteEvent.Gone(route.workspace()));
  }

  void tell(RouteEvent event) {
    streams.forEach(stream -> stream.add(Json.write(event)));
  }

  private interface Answering {
    void to(HttpExchange exchange) throws IOException;
  }

  private void internal(HttpExchange exchange, Answering answering) throws IOException {
    shown(exchange);
    if (!authorization.equals(exchange.getRequestHeaders().getFirst("authorization"))) {
      answer(exchange, 401, "");
    } else {
      answering.to(exchange);
    }
  }

  private void shown(HttpExchange exchange) {
    keysShown.addAll(exchange.getRequestHeaders().getOrDefault("authorization", List.of()));
  }

  private void stream(HttpExchange exchange) throws IOException {
    var stream = new LinkedBlockingQueue<String>();
    exchange.getResponseHeaders().set("content-type", "text/event-stream");
    exchange.getResponseHeaders().set("connection", "close");
    exchange.sendResponseHeaders(200, 0);
    try (var out = exchange.getResponseBody()) {
      streams.add(stream);
      send(out, Json.write(new RouteEvent.All(List.copyOf(routes.values()), Set.of())));
      for (var event = stream.take(); !event.isEmpty(); event = stream.take()) send(out, event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      streams.remove(stream);
    }
  }

  private static void send(OutputStream out, String json) throws IOException {
    out.write((": a comment\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private void leader(HttpExchange exchange) throws IOException {
    shown(exchange);
    try {
      answers.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (odd.length > 0) {
      exchange.sendResponseHeaders(200, odd.length);
      exchange.getResponseBody().write(odd);
      exchange.close();
      return;
    }
    var nonce = exchange.getRequestURI().getQuery().replaceFirst("^nonce=", "");
    var proof = LeaderProof.of(authorization.replaceFirst("^Bearer ", ""), nonce, leads);
    var view = new LeaderView(leads, Optional.empty(), Optional.of(proof));
    answer(exchange, 200, Json.write(view));
  }

  private void code(HttpExchange exchange) throws IOException {
    var asked = Json.read(exchange.getRequestBody().readAllBytes(), Code.class);
    var pass = codes.remove(asked.code());
    if (pass == null || !pass.host().equals(asked.host())) answer(exchange, 404, "");
    else answer(exchange, 200, Json.write(pass));
  }

  private void activity(HttpExchange exchange) throws IOException {
    activity.add(Json.read(exchange.getRequestBody().readAllBytes(), Activity.class));
    answer(exchange, 204, "");
  }

  private void page(HttpExchange exchange) throws IOException {
    seen.add(Map.copyOf(exchange.getRequestHeaders()));
    var asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    answer(
        exchange,
        200,
        "control: %s %s".formatted(exchange.getRequestMethod(), exchange.getRequestURI())
            + (asked.isEmpty() ? "" : " " + asked.length()));
  }

  private void held(HttpExchange exchange) throws IOException {
    seen.add(Map.copyOf(exchange.getRequestHeaders()));
    try {
      held.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    answer(exchange, 200, "held");
  }

  /** A stream of events that goes on until the stub is closed. */
  private void open(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("content-type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(":\n\n".getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Ends the route streams, and nothing else. */
  void hangUp() {
    streams.forEach(stream -> stream.add(""));
  }

  /** It is gone, without a word. */
  void kill() {
    server.stop(0);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
