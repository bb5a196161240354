package dev.berth.objects;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** What a cloud has beside its store, such as a giver of tokens: answers as the test says. */
public final class FakeService implements AutoCloseable {
  private final HttpServer server;

  private FakeService(HttpServer server) {
    this.server = server;
  }

  /** What is answered. */
  public record Said(int status, String body) {}

  /** Answers one request. */
  public interface Answering {
    Said to(HttpExchange asked) throws IOException;
  }

  public static FakeService start(Answering answering) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var said = answering.to(exchange);
          exchange.getRequestBody().readAllBytes();
          var body = said.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(said.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return new FakeService(server);
  }

  /** Without a path. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
