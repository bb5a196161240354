package dev.berth.supervisor.api;

import dev.berth.base.Problem;
import dev.berth.base.http.WebSocket;
import dev.berth.base.http.WebSocket.Message;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.process.Child;
import dev.berth.supervisor.process.Launch;
import dev.berth.supervisor.process.Processes;
import dev.berth.supervisor.process.Pty;
import dev.berth.supervisor.process.Running;
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

  /** Of what a program prints, in a message. */
  private static final int PIECE_BYTES = 16 << 10;

  /** From SIGHUP to SIGKILL when its client is gone. */
  private static final Duration END_GRACE = Duration.ofSeconds(2);

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
    } catch (Problem.Invalid e) {
      socket.close(INVALID, e.what().substring(0, Math.min(100, e.what().length())));
    } catch (Problem e) {
      var words = (e.words() + "\n").getBytes(StandardCharsets.UTF_8);
      channel(socket, ERRORS).take(words, words.length);
      Word.sendExit(socket, Running.codeOf(e));
    } finally {
      places.release();
    }
  }

  private void run(WebSocket socket, Start start) throws IOException, InterruptedException {
    if (start.argv().isEmpty()) {
      throw new Problem.Invalid("There is nothing to run.", "Name a program in argv.");
    }
    var more = new TreeMap<>(start.env());
    if (start.terminal().isPresent()) more.putIfAbsent("TERM", "xterm-256color");
    var launch = user.launch(start.argv(), Api.folder(start.workdir(), user.folder()), more);
    try (var running = running(socket, launch, start.terminal())) {
      converse(socket, running);
    }
  }

  private Running running(WebSocket socket, Launch launch, Optional<Pty.Size> terminal) {
    var output = channel(socket, OUTPUT);
    return terminal
        .map(size -> Running.inTerminal(processes, launch, size, output))
        .orElseGet(() -> Running.piped(processes, launch, output, channel(socket, ERRORS)));
  }

  /** Until the program ended or the client is gone. */
  private static void converse(WebSocket socket, Running running) throws InterruptedException {
    var telling =
        running.atEnd(code -> {
          Word.sendExit(socket, code);
          socket.close(1000, "");
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
        else if (!running.hasTerminal()) running.input().close();
        else running.input().write(new byte[] {4}, 0, 1); // what Ctrl-D types
      }
      case Message.Text(var text) -> {
        switch (Word.read(text)) {
          case Word.Resize(var size) -> running.resize(size);
          case Word.Signal(var number) -> running.child().signal(number);
        }
      }
    }
  }

  private static Running.Sink channel(WebSocket socket, byte channel) {
    return (bytes, length) -> {
      for (int at = 0; at < length; at += PIECE_BYTES) {
        int piece = Math.min(PIECE_BYTES, length - at);
        var message = new byte[1 + piece];
        message[0] = channel;
        System.arraycopy(bytes, at, message, 1, piece);
        socket.send(message, 0, message.length);
      }
    };
  }
}
