package dev.berth.supervisor.api;

import dev.berth.base.http.WebSocket;
import dev.berth.base.json.Json;
import java.io.IOException;

/** The text messages of a terminal's or a program's WebSocket. */
sealed interface Word {
  /** What the server says. */
  sealed interface Said extends Word {}

  record Hello(long offset, int cols, int rows, String title) implements Said {}

  record Title(String title) implements Said {}

  record Exit(int code) implements Said {}

  static void send(WebSocket socket, Said word) throws IOException, InterruptedException {
    socket.send(Json.write(word));
  }

  /** What a client says. */
  sealed interface Heard {}

  record Resize(int cols, int rows) implements Heard {}

  record Signal(String name) implements Heard {}
}
