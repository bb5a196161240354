package dev.berth.supervisor.api;

import dev.berth.base.Problem;
import dev.berth.base.http.WebSocket;
import dev.berth.base.http.WebSocket.Message;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.terminal.Terminal;
import dev.berth.supervisor.terminal.Viewer;
import java.io.IOException;

/** A client at a terminal: one thread hears it, another shows it what is printed. */
final class TerminalSocket {
  private static final int POLICY_VIOLATED = 1008; // RFC 6455 7.4.1

  private final Terminal terminal;
  private final WebSocket socket;

  TerminalSocket(Terminal terminal, WebSocket socket) {
    this.terminal = terminal;
    this.socket = socket;
  }

  void serve(long from) throws InterruptedException {
    var showing = Thread.ofVirtual().name(terminal.id() + "-viewer").start(() -> show(from));
    try {
      for (var message = socket.receive(); message.isPresent(); message = socket.receive()) {
        hear(message.get());
      }
    } catch (Problem e) {
      socket.close(POLICY_VIOLATED, e.what());
    } finally {
      showing.interrupt();
    }
  }

  private void hear(Message message) throws InterruptedException {
    switch (message) {
      case Message.Binary(var bytes) -> terminal.type(bytes);
      case Message.Text(var text) -> {
        switch (Word.read(text)) {
          case Word.Resize(var size) -> terminal.resize(size);
          case Word.Signal _ -> {} // a terminal's signals are typed
        }
      }
    }
  }

  private void show(long from) {
    try {
      var viewer = terminal.viewer(from);
      while (true) {
        switch (viewer.next()) {
          case Viewer.Hello(var offset, var cols, var rows, var title, _) ->
              say("kind", "hello", "offset", offset, "cols", cols, "rows", rows, "title", title);
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

  private void say(Object... word) throws IOException, InterruptedException {
    socket.send(JsonText.write(Views.view(word)));
  }
}
