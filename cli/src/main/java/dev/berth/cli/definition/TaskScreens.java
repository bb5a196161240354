package dev.berth.cli.definition;

import dev.berth.base.json.Json;
import dev.berth.base.text.Quoted;
import dev.berth.cli.api.WorkspaceDoor;
import dev.berth.cli.line.Words;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes what tasks print in their terminals, line by line, so that those of several do not mix;
 * colours stay, all else that a terminal would act on is left out. Closing it writes the last lines
 * that have no end.
 */
final class TaskScreens implements AutoCloseable {
  private static final Pattern TERMINAL = Pattern.compile("[a-zA-Z0-9-]{1,64}");

  private final WorkspaceDoor door;
  private final Map<String, Screen> screens = new HashMap<>();

  TaskScreens(WorkspaceDoor door) {
    this.door = door;
  }

  /** Shows the terminals that are new, and those again to which the connection broke. */
  void show(List<TaskState> tasks) {
    for (var task : tasks) {
      if (!TERMINAL.matcher(task.terminal()).matches()) continue; // none yet, or none of ours
      var name = Quoted.printable(task.name());
      screens
          .computeIfAbsent(
              task.terminal(),
              terminal -> new Screen(terminal, name, tasks.size() > 1 ? name + " | " : ""))
          .connect();
    }
  }

  @Override
  public void close() {
    screens.values().forEach(Screen::end);
  }

  /** What a terminal says of itself when one connects. */
  private record Word(String kind, long offset) {}

  private final class Screen implements WebSocket.Listener {
    /** A line that does not end is written in pieces. */
    private static final int LINE_BYTES_MAX = 8 << 10;

    /** The one that counts has a hundred characters and a title. */
    private static final int WORD_MAX = 8 << 10;

    private static final int NORMAL = 1000; // RFC 6455 7.4.1

    private final String terminal;
    private final String name;
    private final String head;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder word = new StringBuilder();
    private long offset;
    private boolean connected;
    private boolean complained;
    private boolean ended;

    Screen(String terminal, String name, String head) {
      this.terminal = terminal;
      this.name = name;
      this.head = head;
    }

    synchronized void connect() {
      if (connected || ended) return;
      connected = true;
      var _ =
          door.socket("terminals/%s/connect?from=%d".formatted(terminal, offset), this)
              .whenComplete((_, failure) -> {
                if (failure != null) lost(WorkspaceDoor.words(failure));
              });
    }

    private synchronized void lost(String why) {
      connected = false;
      word.setLength(0);
      if (ended || complained) return;
      complained = true;
      System.err.printf(
          "berth: What task %s prints cannot be shown now: %s; it is tried again.%n",
          name, Quoted.printable(why));
    }

    @Override
    public synchronized CompletionStage<?> onBinary(
        WebSocket socket, ByteBuffer data, boolean last) {
      offset += data.remaining();
      while (data.hasRemaining() && !ended) {
        byte next = data.get();
        if (next != '\r') line.write(next);
        if (next == '\n' || line.size() >= LINE_BYTES_MAX) write(next != '\n');
      }
      socket.request(1);
      return CompletableFuture.completedStage("");
    }

    @Override
    public synchronized CompletionStage<?> onText(
        WebSocket socket, CharSequence data, boolean last) {
      if (word.length() < WORD_MAX) word.append(data);
      if (last) {
        if (word.length() < WORD_MAX) hear(word.toString());
        word.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedStage("");
    }

    /** A long history begins later than it was asked for. */
    private void hear(String said) {
      var heard = Json.read(said, Word.class);
      if ("hello".equals(heard.kind())) offset = heard.offset();
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      if (code != NORMAL) lost("the connection was closed (%d)".formatted(code));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      lost(WorkspaceDoor.words(error));
    }

    synchronized void end() {
      if (line.size() > 0) write(true);
      ended = true;
    }

    private void write(boolean endless) {
      synchronized (System.out) {
        System.out.print(head);
        System.out.print(Words.readable(line.toString(StandardCharsets.UTF_8)));
        if (endless) System.out.println();
        System.out.flush();
      }
      line.reset();
    }
  }
}
