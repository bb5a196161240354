package dev.berth.supervisor.api;

import dev.berth.base.Problem;
import dev.berth.base.http.WebSocket;
import dev.berth.base.http.WebSocket.Message;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.terminal.Terminal;
import dev.berth.supervisor.terminal.Typist;
import dev.berth.supervisor.terminal.Viewer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client at a terminal: one thread hears it, another shows it what is printed. */
final class TerminalSocket {
  private static final int POLICY_VIOLATED = 1008; // RFC 6455 7.4.1

  /** A client keeps 64 KiB of what it typed until it knows that it was taken. */
  private static final int TOLD_EVERY_BYTES = 8 << 10;

  private final Terminal terminal;
  private final WebSocket socket;
  private final Optional<Typist.Turn> typist;

  /**
   * @param typist who types; empty for one who does not type again what a connection lost
   */
  TerminalSocket(Terminal terminal, WebSocket socket, Optional<Typist.Turn> typist) {
    this.terminal = terminal;
    this.socket = socket;
    this.typist = typist;
  }

  void serve(long from) throws InterruptedException {
    var showing = Thread.ofVirtual().name(terminal.id() + "-viewer").start(() -> show(from));
    try {
      for (var message = socket.receive(); message.isPresent(); message = socket.receive()) {
        hear(message.get());
      }
    } catch (Problem e) {
      socket.close(POLICY_VIOLATED, e.what());
    } catch (IOException _) {
      // The client is gone; what it was to be told it asks when it is back.
    } finally {
      showing.interrupt();
    }
  }

  private void hear(Message message) throws IOException, InterruptedException {
    switch (message) {
      case Message.Binary(var bytes) -> type(bytes);
      case Message.Text(var text) -> {
        switch (Word.read(text)) {
          case Word.Resize(var size) -> terminal.resize(size);
          case Word.Signal _ -> {} // a terminal's signals are typed
        }
      }
    }
  }

  private void type(byte[] bytes) throws IOException, InterruptedException {
    if (typist.isEmpty()) {
      terminal.type(bytes);
      return;
    }
    var turn = typist.get();
    long before = turn.taken();
    turn.type(bytes);
    long after = turn.taken();
    if (before / TOLD_EVERY_BYTES != after / TOLD_EVERY_BYTES) say("kind", "typed", "typed", after);
  }

  private void show(long from) {
    try {
      var viewer = terminal.viewer(from);
      while (true) {
        switch (viewer.next()) {
          case Viewer.Hello hello -> greet(hello);
          case Viewer.Output(var bytes) -> socket.send(bytes, 0, bytes.length);
          case Viewer.Title(var title, _) -> say("kind", "title", "title", title);
          case Viewer.Exit(var code) -> Word.sendExit(socket, code);
          case Viewer.Gone _ -> {
            socket.close(1000, "The terminal was deleted.");
            return;
          }
        }
      }
    } catch (IOException | InterruptedException _) {
      // The client is gone.
    }
  }

  private void greet(Viewer.Hello hello) throws IOException, InterruptedException {
    var word =
        new ArrayList<Object>(
            List.of(
                "kind",
                "hello",
                "offset",
                hello.offset(),
                "cols",
                hello.cols(),
                "rows",
                hello.rows(),
                "title",
                hello.title()));
    typist.ifPresent(turn -> word.addAll(List.of("typed", turn.taken(), "known", turn.known())));
    say(word.toArray());
  }

  private void say(Object... word) throws IOException, InterruptedException {
    socket.send(JsonText.write(Views.view(word)));
  }
}
