package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.protocol.inside.LocalSocket;
import dev.berth.supervisor.json.Fields;
import dev.berth.supervisor.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The supervisor at its local socket. HTTP/1.1 in the few words that one server needs, a connection
 * for each call: a client for all servers would take longer to load than the call takes.
 */
final class Door {
  private static final String ROOT = "/_supervisor/v1/";

  /** A list of all that a workspace has is far below. */
  private static final int ANSWER_BYTES_MAX = 8 << 20;

  private final Path socket;

  private Door(Path socket) {
    this.socket = socket;
  }

  /** That of the caller's instance; the variable is for trying it elsewhere. */
  static Door of(Caller caller) {
    return caller
        .variable("BERTH_SUPERVISOR_SOCKET")
        .map(path -> new Door(Path.of(path)))
        .orElseGet(() ->
            LocalSocket.PATHS.stream()
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .map(Door::new)
                .orElseThrow(() ->
                    new Problem.Unavailable(
                        "There is no supervisor at %s.".formatted(LocalSocket.PATHS.getFirst()),
                        "Run gp in a terminal of a workspace.")));
  }

  /** What the supervisor knows of the instance itself. */
  Fields info() {
    return get("info");
  }

  Fields get(String path) {
    return send("GET", path, "");
  }

  void delete(String path) {
    send("DELETE", path, "");
  }

  /** Asks control for something, in the place of this workspace and its owner. */
  Fields errand(String kind, Map<String, Object> more) {
    var what = new LinkedHashMap<String, Object>();
    what.put("kind", kind);
    what.putAll(more);
    return send("POST", "errands", JsonText.write(what));
  }

  Fields errand(String kind) {
    return errand(kind, Map.of());
  }

  private Fields send(String method, String path, String json) {
    try (var channel = connect()) {
      var body = json.getBytes(StandardCharsets.UTF_8);
      var head =
          "%s %s%s HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
              .formatted(method, ROOT, path, body.length);
      write(channel, ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8)));
      write(channel, ByteBuffer.wrap(body));
      return understood(readAll(channel));
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The supervisor does not answer: %s.".formatted(e.getMessage()),
          "Try again; if it happens again, stop and start the workspace.",
          e);
    }
  }

  /** A connection that is upgraded to a WebSocket at {@code path}. */
  Conversation converse(String path) throws IOException {
    return Conversation.open(connect(), ROOT + path);
  }

  private SocketChannel connect() throws IOException {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The supervisor cannot be reached at %s: %s.".formatted(socket, e.getMessage()),
          "Run gp as the workspace's user, gitpod; in another container there is none.",
          e);
    }
  }

  private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) channel.write(bytes);
  }

  private static byte[] readAll(SocketChannel channel) throws IOException {
    var all = new ByteArrayOutputStream();
    var piece = ByteBuffer.allocate(16 << 10);
    while (channel.read(piece) >= 0) {
      all.write(piece.array(), 0, piece.position());
      piece.clear();
      if (all.size() > ANSWER_BYTES_MAX) throw new IOException("its answer has no end");
    }
    return all.toByteArray();
  }

  private static Fields understood(byte[] answer) throws IOException {
    int end = endOfHead(answer);
    int status = status(new String(answer, 0, end, StandardCharsets.ISO_8859_1));
    var body = Arrays.copyOfRange(answer, end + 4, answer.length);
    if (status == 204) return JsonText.read("{}");
    if (status >= 400) throw refusal(status, body);
    try {
      return JsonText.read(body);
    } catch (Problem e) {
      throw new IOException("its answer is no JSON", e);
    }
  }

  /** The status that a head begins with. */
  static int status(String head) throws IOException {
    if (!head.matches("(?s)HTTP/1\\.1 [1-5][0-9]{2}\\b.*"))
      throw new IOException("it speaks no HTTP");
    return Integer.parseInt(head, 9, 12, 10);
  }

  /** What the supervisor says where it does not do what it is asked. */
  static Problem refusal(int status, byte[] body) {
    try {
      var told = JsonText.read(body).object("error");
      return problem(told.text("kind"), told.text("what"), told.text("remedy"));
    } catch (Problem e) {
      return new Problem.Unavailable(
          "The supervisor refuses this and does not say why (HTTP %d).".formatted(status),
          "It may be older than gp: stop and start the workspace.",
          e);
    }
  }

  private static int endOfHead(byte[] answer) throws IOException {
    for (int i = 0; i + 3 < answer.length; i++) {
      if (answer[i] == '\r' && answer[i + 1] == '\n' && answer[i + 2] == '\r') return i;
    }
    throw new IOException("its answer broke off");
  }

  private static Problem problem(String kind, String what, String remedy) {
    return switch (kind) {
      case "invalid" -> new Problem.Invalid(what, remedy);
      case "missing" -> new Problem.Missing(what, remedy);
      case "refused" -> new Problem.Refused(what, remedy);
      case "conflict" -> new Problem.Conflict(what, remedy);
      default -> new Problem.Unavailable(what, remedy);
    };
  }

  /** The texts of {@code fields} under these names that are there, for JSON. */
  static Map<String, Object> picked(Fields fields, List<String> names) {
    var picked = new LinkedHashMap<String, Object>();
    for (var name : names) picked.put(name, fields.optionalText(name));
    return picked;
  }
}
