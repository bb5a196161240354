package dev.berth.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A program of its own, for another network: serves the repositories below a folder by {@code git
 * http-backend} (CGI, RFC 3875). Paths below /private ask for a password and let {@link #LOGIN} in,
 * those below /hang are never answered.
 */
final class GitHttp {
  /** User name and token of the one who gets in. */
  static final String LOGIN = "ann:token-of-ann";

  private static final int PORT = 80;
  private static final int TLS_PORT = 443;

  private final Path root;

  private GitHttp(Path root) {
    this.root = root;
  }

  /** Begins once its network is ready, which a line of input tells; says so with a line. */
  static void main(String... arguments) throws IOException {
    if (System.in.read() < 0) return;
    var http = server(arguments);
    http.createContext("/", new GitHttp(Path.of(arguments[0]))::handle);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
    System.out.println("ready");
  }

  /** With TLS where the keys of a certificate are named. */
  private static HttpServer server(String... arguments) throws IOException {
    if (arguments.length < 3) {
      return HttpServer.create(new InetSocketAddress(arguments[1], PORT), 0);
    }
    var secured = HttpsServer.create(new InetSocketAddress(arguments[1], TLS_PORT), 0);
    secured.setHttpsConfigurator(new HttpsConfigurator(showing(Path.of(arguments[2]))));
    return secured;
  }

  private static SSLContext showing(Path keys) throws IOException {
    try (var stream = Files.newInputStream(keys)) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(stream, PrivateAuthority.WORD.toCharArray());
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, PrivateAuthority.WORD.toCharArray());
      var context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      if (path.startsWith("/hang/")) {
        // Until the other side has had enough, and its request ends.
        while (exchange.getRequestBody().read() >= 0) Thread.onSpinWait();
        Thread.sleep(Long.MAX_VALUE);
      }
      if (path.startsWith("/private/") && !loggedIn(exchange)) {
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      backend(exchange, path);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean loggedIn(HttpExchange exchange) {
    var shown = Base64.getEncoder().encodeToString(LOGIN.getBytes(StandardCharsets.UTF_8));
    return header(exchange, "Authorization").equals(Optional.of("Basic " + shown));
  }

  private void backend(HttpExchange exchange, String path) throws IOException {
    var builder = new ProcessBuilder("git", "http-backend");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    var environment = builder.environment();
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
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
    } catch (IOException e) {
      process.destroy(); // it did not want the rest
    }
    try (var out = new BufferedInputStream(process.getInputStream())) {
      int status = 200;
      for (var line = line(out); !line.isEmpty(); line = line(out)) {
        var parts = line.split(": ", 2);
        if (parts[0].equals("Status")) status = Integer.parseInt(parts[1].substring(0, 3));
        else exchange.getResponseHeaders().add(parts[0], parts[1]);
      }
      exchange.sendResponseHeaders(status, 0);
      out.transferTo(exchange.getResponseBody());
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
