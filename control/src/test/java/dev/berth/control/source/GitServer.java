package dev.berth.control.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A real git server over HTTP on loopback: repositories made by git, served by {@code git
 * http-backend}. For example:
 *
 * <pre>{@code
 * try (var server = GitServer.start(folder)) {
 *   var hello = server.create("octo/hello");
 *   hello.commit("main", ".gitpod.yml", "tasks: []");
 *   clone(server.url("octo/hello"));
 * }
 * }</pre>
 */
public final class GitServer implements AutoCloseable {
  private final Path root;
  private final HttpServer http;
  private final GitBackend backend;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();

  private final Map<String, String> locks = new ConcurrentHashMap<>();

  private record Answer(int status, Optional<String> location) {}

  private GitServer(Path root, HttpServer http) {
    this.root = root;
    this.http = http;
    this.backend = new GitBackend(root);
  }

  /** Serves the repositories below {@code root} on a free port. */
  public static GitServer start(Path root) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var server = new GitServer(root, HttpServer.create(address, 0));
    server.http.createContext("/", server::handle);
    server.http.setExecutor(server.threads);
    server.http.start();
    return server;
  }

  /** The address of a repository or another path of this server. */
  public String url(String path) {
    return "http://127.0.0.1:%d/%s".formatted(port(), path);
  }

  public int port() {
    return http.getAddress().getPort();
  }

  /** A new, empty, bare repository at {@code path} with ".git" behind it. */
  public Repository create(String path) {
    return createAt(path + ".git");
  }

  /** The same at exactly {@code path}. */
  public Repository createAt(String path) {
    var folder = root.resolve(path);
    git(root, "init", "--quiet", "--bare", "--initial-branch=main", folder.toString());
    git(folder, "config", "uploadpack.allowFilter", "true");
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true");
    return new Repository(folder);
  }

  /** How many bytes git's own answers had so far. */
  long sentBytes() {
    return backend.sentBytes();
  }

  /** Answers each request below {@code path} with {@code status} only. */
  public void answer(String path, int status) {
    answers.put("/" + path, new Answer(status, Optional.empty()));
  }

  /** Lets only who shows {@code user:token} in below {@code path}. */
  public void lock(String path, String login) {
    locks.put("/" + path, login);
  }

  /** Sends each request below {@code path} on to the same below {@code to}. */
  public void redirect(String path, String to) {
    answers.put("/" + path, new Answer(301, Optional.of(to)));
  }

  @Override
  public void close() {
    http.stop(0);
    threads.close();
  }

  /** A bare repository of the server. */
  public record Repository(Path folder) {
    /** Adds a commit that changes one file; makes the branch where it is new. */
    public String commit(String branch, String file, String content) {
      return commit(branch, file, content.getBytes(StandardCharsets.UTF_8), "100644");
    }

    /** The same with any bytes and a mode: 100644, 120000 for a symbolic link. */
    public String commit(String branch, String file, byte[] content, String mode) {
      var ref = "refs/heads/" + branch;
      var old = tryGit(folder, new byte[0], "rev-parse", "--verify", "--quiet", ref);
      var index = folder.resolve("test-index");
      try {
        Files.deleteIfExists(index);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (old.isPresent()) git(folder, "read-tree", old.get());
      var blob = git(folder, content, "hash-object", "-w", "--stdin");
      git(folder, "update-index", "--add", "--cacheinfo", mode + "," + blob + "," + file);
      var tree = git(folder, "write-tree");
      var commit =
          old.isPresent()
              ? git(folder, "commit-tree", "-m", "change " + file, "-p", old.get(), tree)
              : git(folder, "commit-tree", "-m", "add " + file, tree);
      git(folder, "update-ref", ref, commit);
      return commit;
    }

    /** Sets any ref, for example {@code refs/pull/7/head}. */
    public void ref(String name, String commit) {
      git(folder, "update-ref", name, commit);
    }

    /** An annotated tag. */
    public void tag(String name, String commit) {
      git(folder, "tag", "-a", "-m", name, name, commit);
    }

    /** Any git command in it; what it printed. */
    public String run(String... arguments) {
      return git(folder, arguments);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      for (var entry : answers.entrySet()) {
        if (!path.startsWith(entry.getKey() + "/") && !path.equals(entry.getKey())) continue;
        var answer = entry.getValue();
        var query = exchange.getRequestURI().getRawQuery();
        var rest = path.substring(entry.getKey().length()) + (query == null ? "" : "?" + query);
        answer.location().ifPresent(to -> exchange.getResponseHeaders().add("Location", to + rest));
        if (answer.status() == 401) {
          exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
        }
        exchange.sendResponseHeaders(answer.status(), -1);
        return;
      }
      if (isLocked(exchange, path)) {
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      backend.answer(exchange, path);
    }
  }

  private boolean isLocked(HttpExchange exchange, String path) {
    var shown = exchange.getRequestHeaders().getFirst("Authorization");
    return locks.entrySet().stream()
        .filter(lock -> path.startsWith(lock.getKey()))
        .map(lock -> lock.getValue().getBytes(StandardCharsets.UTF_8))
        .map(login -> "Basic " + Base64.getEncoder().encodeToString(login))
        .anyMatch(wanted -> !wanted.equals(shown));
  }

  // ---- running git

  private static void settings(Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.toUpperCase(Locale.ROOT).startsWith("GIT_"));
    environment.putAll(
        Map.of(
            "GIT_CONFIG_GLOBAL",
            "/dev/null",
            "GIT_CONFIG_NOSYSTEM",
            "1",
            "GIT_AUTHOR_NAME",
            "Ann",
            "GIT_AUTHOR_EMAIL",
            "ann@example.com",
            "GIT_COMMITTER_NAME",
            "Ann",
            "GIT_COMMITTER_EMAIL",
            "ann@example.com"));
  }

  private static String git(Path folder, String... arguments) {
    return git(folder, new byte[0], arguments);
  }

  private static String git(Path folder, byte[] input, String... arguments) {
    return tryGit(folder, input, arguments)
        .orElseThrow(() -> new IllegalStateException("failed: git " + String.join(" ", arguments)));
  }

  private static Optional<String> tryGit(Path folder, byte[] input, String... arguments) {
    var builder = new ProcessBuilder("git");
    builder.command().addAll(List.of(arguments));
    builder.directory(folder.toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    settings(builder.environment());
    if (folder.resolve("objects").toFile().isDirectory()) {
      builder.environment().put("GIT_DIR", folder.toString());
      builder.environment().put("GIT_INDEX_FILE", folder.resolve("test-index").toString());
    }
    try {
      var process = builder.start();
      try (var in = process.getOutputStream()) {
        in.write(input);
      }
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(output.strip()) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while git ran", e);
    }
  }
}
