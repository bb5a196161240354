package dev.berth.control.source;

import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The repositories below a folder by HTTP: {@code git http-backend} as CGI (RFC 3875). */
public final class GitBackend {
  private final Path root;
  private final AtomicLong sent = new AtomicLong();

  public GitBackend(Path root) {
    this.root = root;
  }

  /** How many bytes of answers git had for clients so far. */
  public long sentBytes() {
    return sent.get();
  }

  /** What is at {@code path}, as git asks for it. */
  public void answer(HttpExchange exchange, String path) throws IOException {
    var builder = new ProcessBuilder("git", "http-backend");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("GIT_"));
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_PROJECT_ROOT", root.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("PATH_INFO", path);
    environment.put(
        "QUERY_STRING", Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
    environment.put("REMOTE_ADDR", exchange.getRemoteAddress().getAddress().getHostAddress());
    header(exchange, "Content-Type").ifPresent(v -> environment.put("CONTENT_TYPE", v));
    header(exchange, "Content-Encoding")
        .ifPresent(v -> environment.put("HTTP_CONTENT_ENCODING", v));
    header(exchange, "Git-Protocol").ifPresent(v -> environment.put("GIT_PROTOCOL", v));
    var process = builder.start();
    try (var in = process.getOutputStream()) {
      exchange.getRequestBody().transferTo(in);
    } catch (IOException _) {
      // It did not want the rest, and says why; or the client went, which ends it as its input
      // does.
    }
    try (var out = new BufferedInputStream(process.getInputStream())) {
      int status = 200;
      for (var line = line(out); !line.isEmpty(); line = line(out)) {
        var parts = line.split(": ", 2);
        if (parts[0].equals("Status")) status = Integer.parseInt(parts[1].substring(0, 3));
        else exchange.getResponseHeaders().add(parts[0], parts[1]);
      }
      exchange.sendResponseHeaders(status, 0);
      sent.addAndGet(out.transferTo(exchange.getResponseBody()));
    } finally {
      process.destroy();
    }
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') line.append((char) b);
    }
    return line.toString();
  }
}
