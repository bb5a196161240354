package dev.berth.cli;

import dev.berth.base.Problem;
import dev.berth.base.http.PlainHttp;
import dev.berth.base.json.Json;
import dev.berth.base.text.Quoted;
import dev.berth.base.text.TerminalText;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.OwnerToken;
import dev.berth.protocol.api.WorkspaceView;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Opens what is to be tried as any workspace is opened, shows what its tasks print until they have
 * ended or the time is over, and deletes it, whatever happens.
 */
final class Trial implements AutoCloseable {
  private static final int FAILED = 1;
  private static final Duration LOOKS = Duration.ofMillis(500);

  /** From the end of a task to the last of what it printed. */
  private static final Duration LAST_WORDS = Duration.ofMillis(700);

  private final Api api;
  private final WorkspaceView opened;
  private final AtomicBoolean deleted = new AtomicBoolean();
  private final Thread onInterrupt = Thread.ofPlatform().unstarted(this::delete);

  private Trial(Api api, WorkspaceView opened) {
    this.api = api;
    this.opened = opened;
  }

  static Trial open(Api api, String contextUrl) throws InterruptedException {
    var trial = new Trial(api, api.open(contextUrl));
    Runtime.getRuntime().addShutdownHook(trial.onInterrupt);
    return trial;
  }

  /** The exit code: 0 where it started and no task failed. */
  int run(Duration longest) throws InterruptedException {
    System.err.println("Trying it as " + opened.id());
    opened.notices().forEach(notice -> System.err.println("note: " + notice));
    var view = new Waiting().run(api, opened.id(), false);
    if (view.isEmpty() || !(view.get().phase() instanceof Phase.Running)) {
      view.map(Words::sentence).ifPresent(System.err::println);
      System.err.print(TerminalText.of(api.logs(opened.id())));
      return Words.exitCode(view);
    }
    System.err.println(Words.sentence(view.get()) + " (Ctrl-C ends the trial)");
    return follow(api.token(opened.id()), longest);
  }

  private int follow(OwnerToken door, Duration longest) throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    Set<String> shown = new HashSet<>();
    try (var client = client(api.server())) {
      while (true) {
        var status = status(client, door);
        for (var task : status.tasks()) {
          if (!task.terminal().isEmpty() && shown.add(task.terminal())) {
            show(client, door, task, status.tasks().size() > 1);
          }
        }
        boolean runs = status.tasks().stream().anyMatch(TaskState::running);
        if (!runs || System.nanoTime() > until) {
          Thread.sleep(LAST_WORDS);
          client.shutdownNow();
          return judged(status);
        }
        Thread.sleep(LOOKS);
      }
    }
  }

  private int judged(InstanceStatus status) throws InterruptedException {
    System.out.println();
    var failed = new ArrayList<String>();
    for (var task : status.tasks()) {
      var code = task.exitCode();
      System.out.printf(
          "Task %s: %s%n",
          Quoted.printable(task.name()),
          task.running() ? "runs" : code.map(n -> "ended with " + n).orElse("ended"));
      if (code.filter(n -> n != 0).isPresent()) failed.add(task.name());
    }
    for (var port : api.find(opened.id()).ports()) {
      System.out.printf(
          "Port %d%s: %s%n",
          port.port(),
          port.name().map(name -> " (" + Quoted.printable(name) + ")").orElse(""),
          port.served() ? "served, " + port.visibility() : "nothing listens");
    }
    System.out.println(
        failed.isEmpty() ? "It starts." : "It starts, but not all that it runs ends well.");
    return failed.isEmpty() ? 0 : FAILED;
  }

  private InstanceStatus status(HttpClient client, OwnerToken door) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(address(api.server(), "http", "status"))
            .header("Host", URI.create(door.url()).getAuthority())
            .header("x-gitpod-owner-token", door.ownerToken())
            .timeout(Duration.ofSeconds(30))
            .build();
    try {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() == 200) return Json.read(answer.body(), InstanceStatus.class);
      throw new Problem.Unavailable(
          "The workspace answered %d.".formatted(answer.statusCode()), "Try again.");
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The workspace does not answer any more: %s.".formatted(e.getMessage()),
          "Look whether one of its tasks ended it.",
          e);
    }
  }

  private void show(HttpClient client, OwnerToken door, TaskState task, boolean named) {
    var path = "terminals/%s/connect?from=0".formatted(task.terminal());
    client
        .newWebSocketBuilder()
        .connectTimeout(Duration.ofSeconds(10))
        .header("Host", URI.create(door.url()).getAuthority())
        .header("x-gitpod-owner-token", door.ownerToken())
        .buildAsync(
            address(api.server(), "ws", path),
            new Screen(named ? Quoted.printable(task.name()) + " | " : ""));
  }

  private static URI address(Home.Server server, String scheme, String path) {
    return URI.create(
        "%s%s://%s:%d/_supervisor/v1/%s"
            .formatted(
                scheme,
                server.certificate().isPresent() ? "s" : "",
                server.gatewayHost(),
                server.gatewayPort(),
                path));
  }

  private static HttpClient client(Home.Server server) {
    return server
        .certificate()
        .map(file -> PlainHttp.client().sslContext(OwnCertificate.of(Path.of(file))))
        .orElseGet(PlainHttp::client)
        .build();
  }

  /**
   * Writes a terminal's lines, each whole, so that those of several tasks do not mix; colours stay,
   * all else that a terminal would act on is left out.
   */
  private static final class Screen implements WebSocket.Listener {
    /** A line that does not end is written in pieces. */
    private static final int LINE_BYTES_MAX = 8 << 10;

    private final String head;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Screen(String head) {
      this.head = head;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      while (data.hasRemaining()) {
        byte next = data.get();
        if (next != '\r') line.write(next);
        if (next == '\n' || line.size() >= LINE_BYTES_MAX) flush();
      }
      socket.request(1);
      return CompletableFuture.completedStage("");
    }

    private void flush() {
      synchronized (System.out) {
        System.out.print(head);
        System.out.print(TerminalText.of(line.toString(StandardCharsets.UTF_8)));
        if (line.size() >= LINE_BYTES_MAX) System.out.println();
        System.out.flush();
      }
      line.reset();
    }
  }

  /** Once, by whoever comes first: the end of the command, or Ctrl-C. */
  private void delete() {
    if (!deleted.compareAndSet(false, true)) return;
    try {
      api.delete(opened.id());
      gone(opened.id());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Problem e) {
      System.err.println(
          "berth: The trial %s is still there: %s".formatted(opened.id(), e.words()));
    }
  }

  private void gone(WorkspaceId id) throws InterruptedException {
    api.follow(id, _ -> {}, _ -> false);
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(onInterrupt);
    } catch (IllegalStateException _) {
      // The machine is on its way down, and the hook with it.
    }
  }
}
