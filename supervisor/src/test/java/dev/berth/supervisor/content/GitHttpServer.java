package dev.berth.supervisor.content;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** The repositories of a folder over HTTP, by git's own http-backend. */
public final class GitHttpServer implements AutoCloseable {
  private final HttpServer server;
  private final Path folder;
  private final CountDownLatch askedForHistory = new CountDownLatch(1);
  private final CountDownLatch history;
  private volatile boolean shallow;

  private GitHttpServer(HttpServer server, Path folder, CountDownLatch history) {
    this.history = history;
    this.server = server;
    this.folder = folder;
  }

  static GitHttpServer start(Path folder) throws IOException {
    return start(folder, new CountDownLatch(0));
  }

  /** One that leaves whoever wants more than the newest commit waiting. */
  public static GitHttpServer withoutHistory(Path folder) throws IOException {
    return start(folder, new CountDownLatch(1));
  }

  private static GitHttpServer start(Path folder, CountDownLatch history) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var git = new GitHttpServer(server, folder, history);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", git::answer);
    server.start();
    return git;
  }

  /** Waits until somebody wants more than the newest commit. */
  public void awaitAskedForHistory() throws InterruptedException {
    askedForHistory.await();
  }

  public String url(String repository) {
    return "http://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), repository);
  }

  boolean sawShallow() {
    return shallow;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      var headers = exchange.getRequestHeaders();
      if ("gzip".equals(headers.getFirst("Content-Encoding"))) {
        body =
            new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(body))
                .readAllBytes();
      }
      if (new String(body, StandardCharsets.ISO_8859_1).contains("deepen 1")) shallow = true;
      if (new String(body, StandardCharsets.ISO_8859_1).contains("deepen 2147483647")) {
        askedForHistory.countDown();
        awaitHistory();
      }
      var path = exchange.getRequestURI().getPath();
      // A repository with a work tree has its own in .git.
      path = path.replaceFirst("^/([^/]+)/", "/$1/.git/");
      var builder = new ProcessBuilder("git", "http-backend").redirectErrorStream(false);
      var env = builder.environment();
      env.put("GIT_PROJECT_ROOT", folder.toString());
      env.put("GIT_HTTP_EXPORT_ALL", "1");
      env.put("PATH_INFO", path);
      env.put("REQUEST_METHOD", exchange.getRequestMethod());
      env.put("QUERY_STRING", Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""));
      env.put("CONTENT_TYPE", Optional.ofNullable(headers.getFirst("Content-Type")).orElse(""));
      env.put("CONTENT_LENGTH", Integer.toString(body.length));
      env.put("GIT_PROTOCOL", Optional.ofNullable(headers.getFirst("Git-Protocol")).orElse(""));
      env.put("GIT_CONFIG_COUNT", "1");
      env.put("GIT_CONFIG_KEY_0", "safe.directory");
      env.put("GIT_CONFIG_VALUE_0", "*");
      var process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (var input = process.getOutputStream()) {
        input.write(body);
      }
      respond(exchange, process.getInputStream().readAllBytes());
    }
  }

  private void awaitHistory() {
    try {
      history.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void respond(HttpExchange exchange, byte[] answer) throws IOException {
    var text = new String(answer, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    int status = 200;
    for (var line : text.substring(0, end).split("\r\n")) {
      int colon = line.indexOf(':');
      var name = line.substring(0, colon);
      var value = line.substring(colon + 1).strip();
      if (name.equals("Status")) status = Integer.parseInt(value.substring(0, 3));
      else exchange.getResponseHeaders().add(name, value);
    }
    exchange.sendResponseHeaders(status, 0);
    exchange.getResponseBody().write(answer, end + 4, answer.length - end - 4);
  }

  @Override
  public void close() {
    history.countDown();
    server.stop(0);
  }
}
