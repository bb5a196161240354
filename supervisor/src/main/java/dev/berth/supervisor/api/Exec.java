package dev.berth.supervisor.api;

import dev.berth.base.Problem;
import dev.berth.base.http.WebSocket;
import dev.berth.base.http.WebSocket.Message;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.process.Child;
import dev.berth.supervisor.process.Descriptor;
import dev.berth.supervisor.process.Launch;
import dev.berth.supervisor.process.Processes;
import dev.berth.supervisor.process.Pty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/** Runs a program for a client, and ends it when the client goes. */
final class Exec {
  /** At once; each has up to three pipes and four threads. */
  private static final int PROGRAMS_MAX = 64;

  private static final int INVALID = 1008; // RFC 6455 7.4.1
  private static final byte INPUT = 0;
  private static final byte OUTPUT = 1;
  private static final byte ERRORS = 2;

  // As shells say it.
  private static final int CANNOT_RUN = 126;
  private static final int NOT_FOUND = 127;

  /** From SIGHUP to SIGKILL when its client is gone. */
  private static final Duration END_GRACE = Duration.ofSeconds(2);

  /** What a terminal's output may take from the kernel to us after the program's end. */
  private static final Duration LAST_WORDS = Duration.ofMillis(300);

  private final WorkspaceUser user;
  private final Processes processes;
  private final Semaphore places = new Semaphore(PROGRAMS_MAX);

  Exec(WorkspaceUser user, Processes processes) {
    this.user = user;
    this.processes = processes;
  }

  /** What the first message asks for. */
  private record Start(
      List<String> argv,
      Map<String, String> env,
      Optional<String> workdir,
      Optional<Pty.Size> terminal) {
    static Start read(String text) {
      var start = JsonText.read(text);
      return new Start(
          start.list("argv"),
          start.texts("env"),
          start.optionalText("workdir"),
          start
              .optionalObject("tty")
              .map(size -> new Pty.Size(size.whole("cols"), size.whole("rows"))));
    }
  }

  /** The program's side of the conversation. */
  private record Running(Child child, Descriptor input, Optional<Pty> terminal) {}

  void serve(WebSocket socket) throws IOException, InterruptedException {
    if (!places.tryAcquire()) {
      socket.close(INVALID, "Too many programs run at once; end one.");
      return;
    }
    try {
      var first = socket.receive();
      if (first.isEmpty()) return;
      if (!(first.get() instanceof Message.Text(var text))) {
        socket.close(INVALID, "The first message must say what to run.");
        return;
      }
      run(socket, Start.read(text));
    } catch (Problem.Missing e) {
      refuse(socket, e, NOT_FOUND);
    } catch (Problem.Invalid e) {
      socket.close(INVALID, e.what().substring(0, Math.min(100, e.what().length())));
    } catch (Problem e) {
      refuse(socket, e, CANNOT_RUN);
    } finally {
      places.release();
    }
  }

  private static void refuse(WebSocket socket, Problem problem, int code)
      throws IOException, InterruptedException {
    send(socket, ERRORS, (problem.words() + "\n").getBytes(StandardCharsets.UTF_8));
    Word.sendExit(socket, code);
  }

  private void run(WebSocket socket, Start start) throws IOException, InterruptedException {
    if (start.argv().isEmpty()) {
      throw new Problem.Invalid("There is nothing to run.", "Name a program in argv.");
    }
    var more = new TreeMap<>(start.env());
    if (start.terminal().isPresent()) more.putIfAbsent("TERM", "xterm-256color");
    var launch = user.launch(start.argv(), Api.folder(start.workdir(), user.folder()), more);
    if (start.terminal().isPresent()) runInTerminal(socket, launch, start.terminal().get());
    else runPiped(socket, launch);
  }

  private void runPiped(WebSocket socket, Launch launch) throws IOException, InterruptedException {
    try (var piped = processes.startPiped(launch)) {
      var output = forward(piped.output(), socket, OUTPUT);
      var errors = forward(piped.errors(), socket, ERRORS);
      var running = new Running(piped.child(), piped.input(), Optional.empty());
      converse(
          socket,
          running,
          () -> {
            // Something that it left behind may keep the pipes open.
            piped.output().endWhenEmpty();
            piped.errors().endWhenEmpty();
            output.join();
            errors.join();
          });
    }
  }

  private void runInTerminal(WebSocket socket, Launch launch, Pty.Size size)
      throws IOException, InterruptedException {
    var pty = processes.startInTerminal(launch, size);
    try (var master = pty.master()) {
      var output = forward(master, socket, OUTPUT);
      converse(
          socket,
          new Running(pty.child(), master, Optional.of(pty)),
          () -> {
            if (!output.join(LAST_WORDS)) master.endWhenEmpty();
            output.join();
          });
    }
  }

  private interface Rest {
    void await() throws InterruptedException;
  }

  /** Until the program ended or the client is gone. */
  private static void converse(WebSocket socket, Running running, Rest rest)
      throws InterruptedException {
    var telling =
        Thread.ofVirtual()
            .name("exec-exit")
            .start(() -> {
              try {
                int code = running.child().await();
                rest.await();
                Word.sendExit(socket, code);
                socket.close(1000, "");
              } catch (IOException | InterruptedException _) {
                // The client is gone, and the program is being ended.
              }
            });
    try {
      for (var message = socket.receive(); message.isPresent(); message = socket.receive()) {
        hear(running, message.get());
      }
    } catch (Problem e) {
      socket.close(INVALID, e.what());
    } finally {
      telling.interrupt();
      if (running.child().isRunning()) end(running.child());
    }
  }

  /** On a thread of its own: this one is interrupted when its client goes. */
  private static void end(Child child) {
    Thread.ofVirtual()
        .name("exec-end")
        .start(() -> {
          try {
            child.end(END_GRACE);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static void hear(Running running, Message message) throws InterruptedException {
    switch (message) {
      case Message.Binary(var bytes) -> {
        if (bytes.length == 0 || bytes[0] != INPUT) {
          throw new Problem.Invalid("The message has no channel 0.", "Send input on channel 0.");
        }
        if (bytes.length > 1) running.input().write(bytes, 1, bytes.length - 1);
        else if (running.terminal().isEmpty()) running.input().close();
        else running.input().write(new byte[] {4}, 0, 1); // what Ctrl-D types
      }
      case Message.Text(var text) -> {
        switch (Word.read(text)) {
          case Word.Resize(var size) ->
              running.terminal().ifPresent(terminal -> terminal.resize(size));
          case Word.Signal(var number) -> running.child().signal(number);
        }
      }
    }
  }

  private static Thread forward(Descriptor from, WebSocket socket, byte channel) {
    return Thread.ofVirtual()
        .name("exec-output")
        .start(() -> {
          var bytes = new byte[16 * 1024];
          try {
            for (int n; (n = from.read(bytes)) >= 0; ) {
              send(socket, channel, java.util.Arrays.copyOf(bytes, n));
            }
          } catch (IOException | InterruptedException _) {
            // The client is gone, and the program is being ended.
          }
        });
  }

  private static void send(WebSocket socket, byte channel, byte[] bytes)
      throws IOException, InterruptedException {
    var message = new byte[bytes.length + 1];
    message[0] = channel;
    System.arraycopy(bytes, 0, message, 1, bytes.length);
    socket.send(message, 0, message.length);
  }
}
