package dev.berth.supervisor.ssh;

import dev.berth.base.Problem;
import dev.berth.base.http.ByteStream;
import dev.berth.protocol.inside.SessionFrame;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.json.Fields;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.process.Descriptor;
import dev.berth.supervisor.process.Launch;
import dev.berth.supervisor.process.Processes;
import dev.berth.supervisor.process.Pty;
import dev.berth.supervisor.process.Running;
import dev.berth.supervisor.process.Signals;
import dev.berth.supervisor.ssh.Frames.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs what an SSH client asks for. When the client goes, a program with a terminal is hung up; one
 * without sees its pipes closed and nothing else, as with OpenSSH's server, so that what an editor
 * left behind lives on until the editor comes back.
 */
final class Sessions {
  /** At once; each has up to three pipes and four threads. */
  private static final int SESSIONS_MAX = 128;

  private final WorkspaceUser user;
  private final Processes processes;
  private final Path tools;
  private final Semaphore places = new Semaphore(SESSIONS_MAX);

  /**
   * @param tools a folder with sftp-server and scp, for images that have none
   */
  Sessions(WorkspaceUser user, Processes processes, Path tools) {
    this.user = user;
    this.processes = processes;
    this.tools = tools;
  }

  void serve(ByteStream stream) throws IOException, InterruptedException {
    var frames = new Frames(stream);
    if (!places.tryAcquire()) {
      frames.send(SessionFrame.ERRORS, "berth: too many sessions are open; end one.\r\n");
      sendExit(frames, Running.CANNOT_RUN);
      return;
    }
    try {
      var first = frames.next();
      if (first.isEmpty()) return;
      if (first.get().kind() != SessionFrame.WORD) {
        throw new Problem.Invalid("The first frame must say what to run.", "Send a word first.");
      }
      run(frames, JsonText.read(first.get().text()));
    } catch (Problem e) {
      frames.send(SessionFrame.ERRORS, "berth: " + e.words() + "\r\n");
      sendExit(frames, Running.codeOf(e));
    } finally {
      places.release();
    }
  }

  private static void sendExit(Frames frames, int code) throws IOException, InterruptedException {
    var word = new LinkedHashMap<String, Object>();
    word.put("kind", "exit");
    word.put("code", code);
    frames.send(SessionFrame.WORD, JsonText.write(word));
  }

  private void run(Frames frames, Fields start) throws IOException, InterruptedException {
    var tty = start.optionalObject("tty");
    var env = new HashMap<>(start.texts("env"));
    env.keySet().removeAll(user.env().keySet());
    tty.ifPresent(terminal -> env.put("TERM", terminal.text("term")));
    env.put("PATH", user.env().getOrDefault("PATH", "") + ":" + tools);
    var launch = launch(start.object("what"), env);
    try (var running = running(frames, launch, tty.map(Sessions::size))) {
      converse(frames, running);
    }
  }

  private Running running(Frames frames, Launch launch, Optional<Pty.Size> terminal) {
    var output = sink(frames, SessionFrame.DATA);
    return terminal
        .map(size -> Running.inTerminal(processes, launch, size, output))
        .orElseGet(
            () -> Running.piped(processes, launch, output, sink(frames, SessionFrame.ERRORS)));
  }

  private Launch launch(Fields what, Map<String, String> env) {
    var shell = user.shell().toString();
    return switch (what.text("kind")) {
      case "shell" -> user.login(user.folder(), env);
      case "exec" -> user.launch(List.of(shell, "-c", what.text("command")), user.folder(), env);
      case "sftp" ->
          user.launch(List.of(tools.resolve("sftp-server").toString()), user.folder(), env);
      default -> throw new Problem.Invalid("There is no such session.", "Use shell, exec or sftp.");
    };
  }

  /** A client without a screen says 0; none is larger than {@code Pty.Size} takes. */
  private static Pty.Size size(Fields tty) {
    return new Pty.Size(within(tty.whole("cols"), 80), within(tty.whole("rows"), 24));
  }

  private static int within(int asked, int preset) {
    return asked < 1 ? preset : Math.min(asked, Pty.Size.MAX);
  }

  /** Until the program ended or the client is gone. */
  private static void converse(Frames frames, Running running) throws InterruptedException {
    var listening = Thread.currentThread();
    var told = new AtomicBoolean();
    var ended =
        running.atEnd(code -> {
          sendExit(frames, code);
          told.set(true);
          listening.interrupt(); // the client has all, and has nothing more to say
        });
    try {
      for (var frame = frames.next(); frame.isPresent(); frame = frames.next()) {
        hear(running, frame.get());
      }
    } catch (InterruptedException e) {
      if (!told.get()) throw e;
    } finally {
      ended.interrupt();
    }
  }

  private static void hear(Running running, Frame frame) throws InterruptedException {
    switch (frame.kind()) {
      case SessionFrame.DATA -> {
        if (frame.length() > 0) {
          running.input().write(frame.bytes(), frame.from(), frame.length());
        } else if (!running.hasTerminal()) {
          running.input().close();
        }
      }
      case SessionFrame.WORD -> hear(running, JsonText.read(frame.text()));
      default -> throw new Problem.Invalid("There is no such frame.", "Send data or words.");
    }
  }

  private static void hear(Running running, Fields word) {
    switch (word.text("kind")) {
      case "resize" -> running.resize(size(word));
      case "signal" -> Signals.parse(word.text("name")).ifPresent(running.child()::signal);
      default -> throw new Problem.Invalid("There is no such word.", "Use resize or signal.");
    }
  }

  private static Running.Sink sink(Frames frames, byte kind) {
    var buffer = Frames.buffer(Descriptor.BUFFER_BYTES);
    return (bytes, length) -> {
      System.arraycopy(bytes, 0, buffer, SessionFrame.HEAD_BYTES, length);
      frames.send(kind, buffer, length);
    };
  }
}
