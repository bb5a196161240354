package dev.berth.registry.pull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server before a registry (or none) that does what a test says, and notes what it was asked. */
final class Front implements AutoCloseable {
  /** Answers a request. */
  interface Answers {
    void answer(HttpExchange exchange) throws Exception;
  }

  /** A request that came. */
  record Asked(String method, String path, String authorization, String range) {}

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Front(Answers answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, answers));
    server.start();
  }

  private void answer(HttpExchange exchange, Answers answers) throws IOException {
    var headers = exchange.getRequestHeaders();
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            String.valueOf(headers.getFirst("Authorization")),
            String.valueOf(headers.getFirst("Range"))));
    try (exchange) {
      answers.answer(exchange);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  List<Asked> askedFor(String part) {
    return asked.stream().filter(one -> one.path().contains(part)).toList();
  }

  /**
   * The answer of the registry at {@code host}, of which at most {@code mostBytes} are passed on.
   */
  void pass(HttpExchange exchange, String host, long mostBytes) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + host + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
    for (var name : List.of("Accept", "Range")) {
      var value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) request.header(name, value);
    }
    var response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    for (var name : List.of("Content-Type", "Docker-Content-Digest", "Content-Range")) {
      response
          .headers()
          .firstValue(name)
          .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
    }
    send(exchange, response.statusCode(), response.body(), mostBytes);
  }

  static void send(HttpExchange exchange, int status, byte[] body, long mostBytes)
      throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head) exchange.getResponseBody().write(body, 0, (int) Math.min(body.length, mostBytes));
  }

  static void status(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
  }

  static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    exchange.sendResponseHeaders(307, -1);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
