package dev.berth.supervisor.api;

import dev.berth.base.Problem;
import dev.berth.base.http.WebSocket;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.process.Pty;
import dev.berth.supervisor.process.Signals;
import java.io.IOException;

/** What a client says in a text message to a terminal or a program. */
sealed interface Word {
  record Resize(Pty.Size size) implements Word {}

  record Signal(int number) implements Word {}

  /** {@link Problem.Invalid} for anything else. */
  static Word read(String text) {
    var word = JsonText.read(text);
    return switch (word.text("kind")) {
      case "resize" -> new Resize(new Pty.Size(word.whole("cols"), word.whole("rows")));
      case "signal" ->
          new Signal(
              Signals.parse(word.text("name"))
                  .orElseThrow(() ->
                      new Problem.Invalid("There is no such signal.", "Use INT, TERM, KILL, ...")));
      default -> throw new Problem.Invalid("There is no such message.", "Use resize or signal.");
    };
  }

  /** Says that a program ended. */
  static void sendExit(WebSocket socket, int code) throws IOException, InterruptedException {
    socket.send(JsonText.write(Views.view("kind", "exit", "code", code)));
  }
}
