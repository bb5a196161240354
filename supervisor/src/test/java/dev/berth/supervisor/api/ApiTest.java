package dev.berth.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.http.FreePorts;
import dev.berth.base.json.Json;
import dev.berth.protocol.inside.SupervisorProof;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.TestRepository;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiTest {
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

  @Test
  void without_the_token_only_its_life_is_told() throws Exception {
    var client = instance.client();
    for (var token : List.of("", "Bearer ", "Bearer wrong", "Basic " + TestInstance.TOKEN)) {
      var response = client.send(client.request("status").setHeader("authorization", token));
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.body()).contains("\"refused\"");
    }
    var alive = client.send(client.request("status/supervisor").setHeader("authorization", "no"));
    assertThat(alive.body()).isEqualTo("{\"ok\":true}");
    var proof =
        Json.read(
            client
                .send(client.request("status/supervisor?nonce=n1").setHeader("authorization", "no"))
                .body(),
            SupervisorProof.class);
    assertThat(proof.holds(TestInstance.TOKEN, instance.id(), "n1")).isTrue();
    assertThat(proof.holds(TestInstance.TOKEN, instance.id(), "n2")).isFalse();
    assertThat(proof.holds("another", instance.id(), "n1")).isFalse();
    assertThat(proof.holds("", instance.id(), "n1")).isFalse();
  }

  @Test
  void events_tell_the_status_at_once_and_when_it_changes() throws Exception {
    try (var events =
        new BufferedReader(
            new InputStreamReader(
                instance.client().stream("events").body(), StandardCharsets.UTF_8))) {
      assertThat(events.readLine()).startsWith("data: {\"content\":{\"kind\":\"ready\"");
      try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        // Others of this machine begin and end to listen, too, which is told as well.
        var port = "{\"port\":%d,\"loopbackOnly\":true}".formatted(server.getLocalPort());
        assertThat(events.lines().anyMatch(line -> line.contains(port))).isTrue();
      }
    }
  }

  @Test
  void a_terminal_reconnected_while_it_prints_loses_no_byte() throws Exception {
    var client = instance.client();
    var id = client.newTerminal();
    try (var socket = client.terminal(id, 0)) {
      socket.type("stty -echo; PS1=\n");
      socket.type("for i in $(seq 1 6000); do echo line $i; done; echo all''printed\n");
      socket.readUntil("line 10"); // what a client that is gone at once typed may be lost
    }
    var received = new ByteArrayOutputStream();
    for (int connection = 1; connection <= 6; connection++) {
      try (var socket = client.terminal(id, received.size())) {
        assertThat(socket.next())
            .asString()
            .startsWith("{\"kind\":\"hello\",\"offset\":%d,".formatted(received.size()));
        int enough = connection < 6 ? received.size() + 5000 : Integer.MAX_VALUE;
        while (received.size() < enough
            && !received.toString(StandardCharsets.UTF_8).contains("allprinted")) {
          if (socket.next() instanceof byte[] bytes) received.writeBytes(bytes);
        }
      }
    }
    var text = received.toString(StandardCharsets.UTF_8);
    int at = text.indexOf("line 1\r\n");
    for (int i = 1; i <= 6000; i++) {
      var line = "line " + i + "\r\n";
      assertThat(text.startsWith(line, at)).as(line).isTrue();
      at += line.length();
    }
    assertThat(client.output(id)).isEqualTo(text);
  }

  private record Hello(String kind, int typed, boolean known) {}

  @Test
  void what_is_typed_over_a_connection_that_is_cut_at_any_byte_arrives_once() throws Exception {
    var client = instance.client();
    var id = client.newTerminal();
    var file = instance.home().resolve("typed");
    try (var shell = client.terminal(id, 0)) {
      shell.type("stty -echo; : >%s; echo be''gin; cat >>%1$s\n".formatted(file));
      shell.readUntil("begin");
    }
    var text = "abcdefgh";
    var frames = new ByteArrayOutputStream();
    for (var part : List.of("abc", "de", "fgh")) {
      frames.writeBytes(new byte[] {(byte) 0x82, (byte) (0x80 | part.length()), 0, 0, 0, 0});
      frames.writeBytes(part.getBytes(StandardCharsets.US_ASCII));
    }
    for (int cut = 0; cut <= frames.size(); cut++) {
      var path = "terminals/%s/connect?from=0&typist=typist-%04d".formatted(id, cut);
      try (var socket = upgraded(path)) {
        // Nobody types before the hello, behind which the typist is known.
        assertThat(socket.getInputStream().read()).isNotNegative();
        socket.getOutputStream().write(frames.toByteArray(), 0, cut);
        socket.setSoLinger(true, 0); // cut, not ended
      }
      try (var again = client.connect(path)) {
        var hello = Json.read(again.readWord("hello"), Hello.class);
        assertThat(hello.known()).isTrue();
        again.type(text.substring(hello.typed()) + "\n");
        int lines = cut + 1;
        await().untilAsserted(() -> assertThat(Files.readAllLines(file)).hasSize(lines));
      }
    }
    assertThat(Files.readAllLines(file)).containsOnly(text);
    client.send(client.request("terminals/" + id).DELETE());
  }

  /** A connection that is a WebSocket by now, in our own hands. */
  private static Socket upgraded(String path) throws IOException {
    var address = instance.client().host().split(":");
    var socket = new Socket(address[0], Integer.parseInt(address[1]));
    var head =
        "GET /_supervisor/v1/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            .formatted(path, instance.client().host(), TestInstance.TOKEN);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    var seen = new StringBuilder();
    while (!seen.toString().endsWith("\r\n\r\n"))
      seen.append((char) socket.getInputStream().read());
    assertThat(seen).startsWith("HTTP/1.1 101");
    return socket;
  }

  @Test
  void of_two_connections_of_one_page_the_newer_one_types() throws Exception {
    var client = instance.client();
    var id = client.newTerminal();
    var path = "terminals/%s/connect?from=0&typist=one-and-the-same".formatted(id);
    try (var older = client.connect(path);
        var watching = client.terminal(id, 0)) {
      assertThat(Json.read(older.readWord("hello"), Hello.class).known()).isFalse();
      try (var newer = client.connect(path)) {
        newer.readWord("hello");
        older.type("echo ol''der\n");
        newer.type("echo ne''wer\n");
        assertThat(watching.readUntil("newer")).doesNotContain("older");
      }
    }
    var bad = client.get("terminals/%s/connect?from=0&typist=../x".formatted(id));
    assertThat(bad.statusCode()).isEqualTo(400);
    client.send(client.request("terminals/" + id).DELETE());
  }

  @Test
  void a_flood_neither_stalls_nor_fills_memory_and_a_late_client_gets_its_end() throws Exception {
    var client = instance.client();
    var id = client.newTerminal();
    try (var slow = client.terminal(id, 0)) {
      // 300 MB: takes seconds, and 300 times what is kept
      slow.type(
          "stty -echo; yes 0123456789012345678901234567890 | head -c 300000000; echo en''d\n");
      slow.readUntil("0123456789012345678901234567890\r\n");
    }
    await()
        .atMost(Duration.ofSeconds(150)) // a quarter of it on a busy machine; the test has 180
        .until(
            () -> client.output(id).endsWith("end\r\n") || client.output(id).contains("end\r\n"));
    assertThat(client.output(id).length()).isBetween(1 << 19, 1 << 20);
    try (var late = client.terminal(id, 5)) {
      assertThat(late.next()).asString().matches(".*\"offset\":[0-9]{8,},.*");
    }
    client.send(client.request("terminals/" + id).DELETE());
  }

  @Test
  void a_terminal_is_resized_titled_ended_and_deleted() throws Exception {
    var client = instance.client();
    var id = client.newTerminal();
    try (var socket = client.terminal(id, 0);
        var second = client.terminal(id, 0)) {
      socket.send("{\"kind\":\"resize\",\"cols\":91,\"rows\":17}");
      socket.type("stty size; printf '\\033]2;my\\ttitle\\007'\n");
      assertThat(socket.readWord("\"title\"")).contains("\"title\"");
      second.readUntil("17 91");
      assertThat(socket.readWord("mytitle"))
          .isEqualTo("{\"kind\":\"title\",\"title\":\"mytitle\"}");
      assertThat(client.get("terminals").body())
          .contains("\"id\":\"" + id + "\"", "\"cols\":91,\"rows\":17", "\"title\":\"mytitle\"");
      socket.type("exit 7\n");
      assertThat(second.readWord("exit")).isEqualTo("{\"kind\":\"exit\",\"code\":7}");
    }
    assertThat(client.get("terminals").body()).contains("\"running\":false,\"exitCode\":7");
    assertThat(client.output(id)).contains("17 91");
    assertThat(client.send(client.request("terminals/" + id).DELETE()).statusCode()).isEqualTo(204);
    assertThat(client.get("terminals/" + id + "/output").statusCode()).isEqualTo(404);
  }

  @Test
  void deleting_a_terminal_ends_its_jobs_too() throws Exception {
    var client = instance.client();
    var id = client.newTerminal();
    try (var socket = client.terminal(id, 0)) {
      socket.type("sh -c 'trap \"\" HUP; echo pid=$$; sleep 1000' & disown\n");
      var output = socket.readUntil("\r\n");
      while (!output.matches("(?s).*pid=[0-9]+\r.*")) output += socket.readUntil("\r\n");
      var pid = Long.parseLong(output.replaceAll("(?s).*pid=([0-9]+)\r.*", "$1"));

      client.send(client.request("terminals/" + id).DELETE());

      await().until(() -> !isRunning(pid)); // it was killed; the kernel has to be done with it
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"cols\":0,\"rows\":1}",
        "{\"cols\":99999,\"rows\":1}",
        "{}",
        "{\"cols\":80,\"rows\":24,\"workdir\":\"relative\"}",
        "{\"cols\":80,\"rows\":24,\"workdir\":\"/not/there\"}",
        "{",
        "null"
      })
  void a_terminal_that_makes_no_sense_is_refused(String json) throws Exception {
    assertThat(instance.client().post("terminals", json).statusCode()).isEqualTo(400);
  }

  @Test
  void there_is_a_bound_of_terminals() throws Exception {
    var client = instance.client();
    var opened = new java.util.ArrayList<String>();
    while (true) {
      var response = client.post("terminals", "{\"cols\":80,\"rows\":24}");
      if (response.statusCode() == 409) break;
      opened.add(response.body().replaceAll(".*\"id\":\"(t[0-9]+)\".*", "$1"));
      assertThat(opened.size()).isLessThanOrEqualTo(64);
    }
    for (var id : opened) client.send(client.request("terminals/" + id).DELETE());
    assertThat(opened.size()).isGreaterThan(50);
  }

  @Test
  void a_program_is_run_with_its_streams_apart() throws Exception {
    var ended =
        instance
            .client()
            .exec(
                "from outside",
                "sh",
                "-c",
                "cat; echo oops >&2; id -u; pwd; echo $FROM_PLAN $FROM_EXEC; exit 42");

    assertThat(ended.code()).isEqualTo(42);
    assertThat(ended.output())
        .isEqualTo("from outside33333\n%s\nyes 1\n".formatted(instance.repository()));
    assertThat(ended.errors()).isEqualTo("oops\n");
  }

  @Test
  void much_output_of_a_program_comes_whole() throws Exception {
    var ended = instance.client().exec("", "sh", "-c", "seq 1 300000");
    assertThat(ended.output()).hasSize(1988895).endsWith("299999\n300000\n");
  }

  @Test
  void a_program_that_ends_before_its_input_is_told_of_all_the_same() throws Exception {
    for (var input : List.of("", "words", "much ".repeat(20_000))) {
      for (int i = 0; i < 30; i++) {
        var ended = instance.client().exec(input, "sh", "-c", "echo " + i + "; exit 7");
        assertThat(ended.output()).isEqualTo(i + "\n");
        assertThat(ended.code()).isEqualTo(7);
      }
    }
  }

  @Test
  void a_program_that_is_not_there_ends_with_127_and_words() throws Exception {
    var ended = instance.client().exec("", "no-such-program");
    assertThat(ended.code()).isEqualTo(127);
    assertThat(ended.errors()).contains("Cannot run no-such-program");
  }

  @Test
  void a_program_gets_signals_and_tells_which_ended_it() throws Exception {
    try (var socket = instance.client().connect("exec")) {
      socket.send("{\"argv\":[\"sh\",\"-c\",\"echo on; exec sleep 100\"]}");
      socket.readUntil("on");
      socket.send("{\"kind\":\"signal\",\"name\":\"TERM\"}");
      assertThat(socket.readWord("exit")).isEqualTo("{\"kind\":\"exit\",\"code\":143}");
    }
  }

  @Test
  void a_program_in_a_terminal_has_one() throws Exception {
    try (var socket = instance.client().connect("exec")) {
      socket.send(
          "{\"argv\":[\"sh\",\"-c\",\"tty; stty size; read x; echo got $x\"],\"tty\":{\"cols\":50,\"rows\":20}}");
      assertThat(socket.readUntil("20 50")).contains("/dev/pts/");
      socket.input("word\n");
      socket.readUntil("got word");
      assertThat(socket.readWord("exit")).contains("\"code\":0");
    }
  }

  @Test
  void a_program_is_ended_when_its_client_goes() throws Exception {
    long pid;
    try (var socket = instance.client().connect("exec")) {
      socket.send(
          "{\"argv\":[\"sh\",\"-c\",\"trap '' HUP; echo pid=$$; while :; do sleep 1; done\"]}");
      pid =
          Long.parseLong(socket.readUntil("\n").replaceAll("(?s).*pid=([0-9]+)\n.*", "$1").strip());
    }
    await().until(() -> !isRunning(pid));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void a_tunnel_reaches_a_server_on_either_loopback(String address) throws Exception {
    try (var server = new ServerSocket()) {
      server.bind(new InetSocketAddress(address, 0));
      var echoing =
          Thread.ofVirtual()
              .start(() -> {
                try (var accepted = server.accept()) {
                  accepted.getInputStream().transferTo(accepted.getOutputStream());
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      try (var tunnel = tunnel(server.getLocalPort(), "berth-tunnel")) {
        assertThat(head(tunnel)).startsWith("HTTP/1.1 101 ");
        var sent = "x".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);
        Thread.ofVirtual()
            .start(() -> {
              try {
                tunnel.getOutputStream().write(sent);
                tunnel.shutdownOutput();
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
        assertThat(tunnel.getInputStream().readAllBytes()).isEqualTo(sent);
      }
      echoing.join();
    }
  }

  @Test
  void a_tunnel_to_nothing_says_so() throws Exception {
    int free = FreePorts.next();
    try (var tunnel = tunnel(free, "berth-tunnel")) {
      assertThat(head(tunnel)).startsWith("HTTP/1.1 502 ");
    }
    try (var tunnel = tunnel(free, "something-else")) {
      assertThat(head(tunnel)).startsWith("HTTP/1.1 426 ");
    }
    for (var port : List.of("0", "65536", "22999", "abc")) {
      assertThat(instance.client().get("tunnel/" + port).statusCode()).isEqualTo(400);
    }
  }

  /** Whether it runs, and is not only waiting to be reaped by somebody. */
  private static boolean isRunning(long pid) {
    try {
      return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (IOException _) {
      return false; // it ended, be it while it was read
    }
  }

  private static Socket tunnel(int port, String protocol) throws Exception {
    var address = instance.client().host().split(":");
    var socket = new Socket(address[0], Integer.parseInt(address[1]));
    socket.setSoTimeout(10_000);
    socket
        .getOutputStream()
        .write(
            "GET /_supervisor/v1/tunnel/%d HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n"
                .formatted(port, TestInstance.TOKEN, protocol)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String head(Socket socket) throws Exception {
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int b = socket.getInputStream().read();
      if (b < 0) break;
      head.append((char) b);
    }
    return head.toString();
  }
}
