package dev.berth.runtime.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** An API server that answers what it was told to, and else that it is not there. */
final class ApiStub implements AutoCloseable {
  private record Answer(int code, String body) {}

  private final HttpServer server;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> deleted = new ConcurrentHashMap<>();

  private ApiStub(HttpServer server) {
    this.server = server;
  }

  static ApiStub open() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var stub = new ApiStub(server);
    server.createContext("/", stub::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return stub;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How a driver for the namespace ws is told of it, by a kubeconfig in {@code folder}. */
  ClusterAccess access(Path folder) throws IOException {
    var kubeconfig = folder.resolve("config");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s"}}]
        users: [{name: u, user: {token: t}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        current-context: c
        """
            .formatted(url()));
    return new ClusterAccess(Optional.of(kubeconfig), Optional.of("c"), "ws");
  }

  /** To "GET /path". */
  void says(String request, int code, String body) {
    answers.put(request, new Answer(code, body));
  }

  /** What was asked, as "GET /path", looks left out. */
  List<String> writes() {
    return asked.stream().filter(request -> !request.startsWith("GET ")).toList();
  }

  /** Whether it was asked that, as "GET /path". */
  boolean wasAsked(String request) {
    return asked.contains(request);
  }

  /** How the path was wanted to be deleted last; nothing where it was not. */
  String deleted(String path) {
    return deleted.getOrDefault(path, "");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var uri = exchange.getRequestURI();
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      boolean dry = String.valueOf(uri.getQuery()).contains("dryRun");
      var request = exchange.getRequestMethod() + " " + uri.getPath() + (dry ? " dry" : "");
      asked.add(request);
      if (exchange.getRequestMethod().equals("DELETE")) deleted.put(uri.getPath(), body);
      var answer = answers.getOrDefault(request, new Answer(404, status(404)));
      var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.code(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  static String status(int code) {
    return "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"code\": %d}".formatted(code);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
