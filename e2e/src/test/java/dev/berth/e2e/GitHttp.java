package dev.berth.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.berth.control.source.GitBackend;
import java.io.IOException;
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
 * A program of its own, for another network: serves the repositories below a folder. Paths below
 * /private ask for a password and let {@link #LOGIN} in, those below /hang are never answered.
 */
final class GitHttp {
  /** User name and token of the one who gets in. */
  static final String LOGIN = "ann:token-of-ann";

  private static final int PORT = 80;
  private static final int TLS_PORT = 443;

  private final GitBackend backend;

  private GitHttp(GitBackend backend) {
    this.backend = backend;
  }

  /** Begins once its network is ready, which a line of input tells; says so with a line. */
  static void main(String... arguments) throws IOException {
    if (System.in.read() < 0) return;
    var http = server(arguments);
    http.createContext("/", new GitHttp(new GitBackend(Path.of(arguments[0])))::handle);
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
      backend.answer(exchange, path);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean loggedIn(HttpExchange exchange) {
    var shown = Base64.getEncoder().encodeToString(LOGIN.getBytes(StandardCharsets.UTF_8));
    return header(exchange, "Authorization").equals(Optional.of("Basic " + shown));
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }
}
