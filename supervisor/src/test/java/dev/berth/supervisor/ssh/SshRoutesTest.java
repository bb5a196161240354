package dev.berth.supervisor.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.inside.SessionFrame;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.TestRepository;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway asks for an SSH client, byte by byte. */
final class SshRoutesTest {
  @TempDir private static Path folder;
  private static TestInstance instance;

  @BeforeAll
  static void start() throws Exception {
    var repository = TestRepository.withCommits(folder.resolve("repo"), 1);
    instance = TestInstance.start(folder, TestInstance.branch(repository, "main"), List.of());
    instance.ready();
  }

  @AfterAll
  static void stop() {
    instance.close();
  }

  /** An upgraded connection. */
  private static final class Wire implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final String status;

    Wire(String call) throws IOException {
      var address = instance.client().host().split(":");
      socket = new Socket(address[0], Integer.parseInt(address[1]));
      socket.setSoTimeout(20_000);
      in = new DataInputStream(socket.getInputStream());
      out = new DataOutputStream(socket.getOutputStream());
      out.writeBytes(
          """
          GET /_supervisor/v1/ssh/%s HTTP/1.1\r
          Host: x\r
          Authorization: Bearer %s\r
          Connection: Upgrade\r
          Upgrade: berth-ssh\r
          \r
          """
              .formatted(call, TestInstance.TOKEN));
      var head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n")) head.append((char) in.readUnsignedByte());
      status = head.substring(9, 12);
    }

    void frame(byte kind, String text) throws IOException {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      out.writeByte(kind);
      out.writeInt(bytes.length);
      out.write(bytes);
    }

    /** All output, then what was said last. */
    String rest() throws IOException {
      var all = new ByteArrayOutputStream();
      while (true) {
        byte kind = in.readByte();
        var bytes = in.readNBytes(in.readInt());
        all.writeBytes(bytes);
        if (kind == SessionFrame.WORD) return all.toString(StandardCharsets.UTF_8);
      }
    }

    String line() throws IOException {
      var line = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) line.append((char) next);
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static String exec(String command) {
    return "{\"what\":{\"kind\":\"exec\",\"command\":\"%s\"},\"env\":{\"A\":\"b\",\"HOME\":\"/x\"}}"
        .formatted(command);
  }

  @Test
  void a_command_runs_as_the_user_with_its_streams_and_its_exit_code() throws Exception {
    try (var wire = new Wire("session")) {
      wire.frame(SessionFrame.WORD, exec("id -u; pwd; echo $A $HOME; cat; exit 3"));
      wire.frame(SessionFrame.DATA, "typed\n");
      wire.frame(SessionFrame.DATA, "");

      assertThat(wire.rest())
          .isEqualTo(
              "33333\n%s\nb %s\ntyped\n{\"kind\":\"exit\",\"code\":3}"
                  .formatted(instance.repository(), instance.home()));
    }
  }

  @Test
  void a_terminal_has_a_size_even_where_the_client_has_none_and_takes_signals() throws Exception {
    try (var wire = new Wire("session")) {
      wire.frame(
          SessionFrame.WORD,
          "{\"what\":{\"kind\":\"exec\",\"command\":\"stty size; sleep 100\"},\"env\":{},"
              + "\"tty\":{\"term\":\"xterm\",\"cols\":0,\"rows\":9999999}}");
      wire.frame(SessionFrame.WORD, "{\"kind\":\"resize\",\"cols\":0,\"rows\":0}");
      wire.frame(SessionFrame.WORD, "{\"kind\":\"signal\",\"name\":\"KILL\"}");

      assertThat(wire.rest()).endsWith("{\"kind\":\"exit\",\"code\":137}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{\"what\":1}", "{\"what\":{\"kind\":\"x\"}}", "\u0000\u0001"})
  void words_that_make_no_sense_are_refused(String word) throws Exception {
    try (var wire = new Wire("session")) {
      wire.frame(SessionFrame.WORD, word);

      assertThat(wire.rest()).startsWith("berth: ").endsWith("{\"kind\":\"exit\",\"code\":126}");
    }
  }

  @Test
  void a_frame_that_is_too_long_is_refused() throws Exception {
    try (var wire = new Wire("session")) {
      wire.out.writeByte(SessionFrame.WORD);
      wire.out.writeInt(Integer.MAX_VALUE);

      assertThat(wire.rest()).contains("too long");
    }
  }

  @Test
  void a_program_without_a_terminal_outlives_its_client() throws Exception {
    var mark = instance.home().resolve("outlived");
    try (var wire = new Wire("session")) {
      wire.frame(SessionFrame.WORD, exec("echo up; cat; echo yes > " + mark));
      assertThat(wire.in.readByte()).isEqualTo(SessionFrame.DATA);
    }
    await().until(() -> Files.exists(mark));
  }

  @Test
  void who_connects_to_a_listener_is_told_of_and_fetched() throws Exception {
    int port;
    try (var listener = new Wire("listen?host=localhost&port=0")) {
      port = Integer.parseInt(listener.line().substring("port ".length()));
      try (var guest = new Socket(InetAddress.getLoopbackAddress(), port)) {
        var told = listener.line().split(" ", -1);
        assertThat(told).hasSize(4).startsWith("from").contains("127.0.0.1");
        try (var host = new Wire("came/" + told[1])) {
          guest.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
          assertThat(host.line()).isEqualTo("hello");
          host.out.writeBytes("and back");
          host.socket.shutdownOutput();
          assertThat(guest.getInputStream().readAllBytes()).asString().isEqualTo("and back");
        }
        assertThat(new Wire("came/" + told[1]).status).isEqualTo("404");
      }
    }
    await()
        .untilAsserted(() -> {
          try (var again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(again.isBound()).isTrue();
          }
        });
  }

  @Test
  void sockets_of_the_file_system_are_made_and_reached_as_the_user() throws Exception {
    var path = instance.home().resolve("s.sock");
    var encoded = URLEncoder.encode(path.toString(), StandardCharsets.UTF_8);
    try (var listener = new Wire("listen?path=" + encoded)) {
      assertThat(listener.line()).isEqualTo("path " + path);
      assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(33333);
      try (var guest = new Wire("connect?path=" + encoded);
          var host = new Wire("came/" + listener.line().split(" ", -1)[1])) {
        guest.out.writeBytes("by file\n");
        assertThat(host.line()).isEqualTo("by file");
      }
      assertThat(new Wire("listen?path=" + encoded).status).isEqualTo("503");
    }
    await().until(() -> !Files.exists(path));
    var inRootsFolder = URLEncoder.encode("/root-only.sock", StandardCharsets.UTF_8);
    assertThat(new Wire("listen?path=" + inRootsFolder).status).isEqualTo("503");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connect",
        "connect?host=localhost",
        "connect?host=localhost&port=65536",
        "connect?host=a%20b&port=1",
        "connect?path=relative",
        "connect?path=%2Fa%00b",
        "listen?port=1",
      })
  void a_place_that_is_none_is_refused(String call) throws Exception {
    try (var wire = new Wire(call)) {
      assertThat(wire.status).isEqualTo("400");
    }
  }

  @Test
  void nobody_there_is_told() throws Exception {
    int free;
    try (var server = new ServerSocket(0)) {
      free = server.getLocalPort();
    }
    try (var wire = new Wire("connect?host=localhost&port=" + free)) {
      assertThat(wire.status).isEqualTo("503");
    }
  }

  @Test
  void without_the_token_there_is_nothing() throws Exception {
    var client = instance.client();
    var answer = client.send(client.request("ssh/session").setHeader("authorization", "no"));
    assertThat(answer.statusCode()).isEqualTo(401);
  }
}
