package dev.berth.dashboard;

import dev.berth.base.http.WebSocket;
import dev.berth.base.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A terminal without a process: it shows what a test prints, and what is typed it echoes. */
final class FakeTerminal {
  /** All that was printed, read in pieces as a supervisor sends them. */
  private static final class Output extends ByteArrayOutputStream {
    byte[] from(int offset) {
      return Arrays.copyOfRange(buf, offset, Math.min(count, offset + (64 << 10)));
    }
  }

  final String id;
  final String title;
  final List<String> resizes = new CopyOnWriteArrayList<>();
  private final Output output = new Output();
  private final StringBuilder typed = new StringBuilder();

  /** Of each typist: how many bytes of his were taken, and how many connections he made. */
  private final Map<String, Integer> taken = new HashMap<>();

  private final Map<String, Integer> turns = new HashMap<>();
  private boolean losing;
  private final List<WebSocket> clients = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch away = new CountDownLatch(0);

  FakeTerminal(String id, String title) {
    this.id = id;
    this.title = title;
  }

  synchronized String typed() {
    return typed.toString();
  }

  synchronized void print(String text) {
    output.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    notifyAll();
  }

  /** What comes from now on is lost on its way, until {@link #comeBack}. */
  synchronized void loseInput() {
    losing = true;
  }

  /** Ends all connections, and lets new ones wait until {@link #comeBack}. */
  synchronized void goAway() {
    away = new CountDownLatch(1);
    for (var client : clients) client.close(1001, "gone for a while");
  }

  synchronized void comeBack() {
    losing = false;
    away.countDown();
  }

  Map<String, Object> view() {
    return new TreeMap<>(Map.of("id", id, "title", title, "running", true, "cols", 80, "rows", 24));
  }

  void serve(WebSocket socket, int from, String typist) throws IOException, InterruptedException {
    do away.await();
    while (!isThere(socket));
    int turn = turn(typist);
    var writer = Thread.ofVirtual().start(() -> write(socket, from, typist));
    for (var message = socket.receive(); message.isPresent(); message = socket.receive()) {
      switch (message.get()) {
        case WebSocket.Message.Text(var text) -> resizes.add(text);
        case WebSocket.Message.Binary(var bytes) -> type(typist, turn, bytes);
      }
    }
    clients.remove(socket);
    writer.interrupt();
  }

  /** Whether it did not go away again meanwhile. */
  private synchronized boolean isThere(WebSocket socket) {
    return away.getCount() == 0 && clients.add(socket);
  }

  private synchronized int turn(String typist) {
    return turns.merge(typist, 1, Integer::sum);
  }

  /** As a supervisor takes it: what still comes over an earlier connection is typed again. */
  private synchronized void type(String typist, int turn, byte[] bytes) {
    if (losing || turn != turns.getOrDefault(typist, 0)) return;
    taken.merge(typist, bytes.length, Integer::sum);
    var text = new String(bytes, StandardCharsets.UTF_8);
    typed.append(text);
    print(text.replace("\r", "\r\n$ "));
  }

  private void write(WebSocket socket, int from, String typist) {
    try {
      int at = from;
      socket.send(Json.write(hello(at, typist)));
      while (true) {
        var next = after(at);
        socket.send(next, 0, next.length);
        at += next.length;
      }
    } catch (IOException | InterruptedException e) {
      // The client is gone.
    }
  }

  private synchronized Map<String, Object> hello(int offset, String typist) {
    var known = taken.putIfAbsent(typist, 0);
    var hello = new TreeMap<String, Object>(Map.of("kind", "hello", "title", title));
    hello.putAll(Map.of("offset", offset, "typed", known == null ? 0 : known));
    hello.put("known", known != null);
    return hello;
  }

  private synchronized byte[] after(int offset) throws InterruptedException {
    while (output.size() <= offset) wait();
    return output.from(offset);
  }
}
