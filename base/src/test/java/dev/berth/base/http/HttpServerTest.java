package dev.berth.base.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket.Listener;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpServerTest {
  private final CountDownLatch sourceInterrupted = new CountDownLatch(1);
  private final Router router =
      new Router()
          .on("GET", "/greet/{name}", r -> Response.text(200, "hello " + r.variable("name")))
          .on("GET", "/rest/{path...}", r -> Response.text(200, r.variable("path")))
          .on("POST", "/echo", r -> Response.json(200, r.json(Map.class)))
          .on("POST", "/words", r -> Response.json(200, r.json(String.class).length()))
          .on(
              "GET",
              "/problem",
              _ -> {
                throw new Problem.Conflict("It is so.", "Do this.");
              })
          .on(
              "GET",
              "/bug",
              _ -> {
                throw new IllegalStateException("secret detail");
              })
          .on(
              "GET",
              "/events",
              _ ->
                  new Response.Events(sink -> {
                    sink.data("one\ntwo");
                    try {
                      new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                      sourceInterrupted.countDown();
                      throw e;
                    }
                  }))
          .on("GET", "/socket", _ -> new Response.Socket(HttpServerTest::echo))
          .on("GET", "/raw", _ -> new Response.Upgraded("shout", HttpServerTest::shout));

  private final HttpServer server =
      HttpServer.open(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          new HttpServer.Limits(1000, 100, 60),
          router);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private static void echo(WebSocket socket) throws IOException, InterruptedException {
    for (var message = socket.receive(); message.isPresent(); message = socket.receive()) {
      switch (message.get()) {
        case WebSocket.Message.Text(var text) -> socket.send(text);
        case WebSocket.Message.Binary(var bytes) -> socket.send(bytes, 0, bytes.length);
      }
    }
  }

  private static void shout(ByteStream stream) throws IOException, InterruptedException {
    for (var bytes = stream.read(); bytes.length > 0; bytes = stream.read()) {
      var loud = new String(bytes, StandardCharsets.UTF_8).toUpperCase(java.util.Locale.ROOT);
      stream.write(loud.getBytes(StandardCharsets.UTF_8), 0, bytes.length);
    }
    stream.endOutput();
  }

  @Test
  void a_pattern_matches_one_segment_and_decodes_it() throws Exception {
    assertThat(get("/greet/a%2Fb+c").body()).isEqualTo("hello a/b+c");
    assertThat(get("/greet/a/b").statusCode()).isEqualTo(404);
    assertThat(get("/rest/a/b").body()).isEqualTo("a/b");
    assertThat(get("/echo").statusCode()).isEqualTo(405);
  }

  @Test
  void a_problem_is_told_and_a_bug_is_not() throws Exception {
    assertThat(get("/problem").statusCode()).isEqualTo(409);
    assertThat(get("/problem").body())
        .isEqualTo(
            "{\"error\":{\"kind\":\"conflict\",\"what\":\"It is so.\",\"remedy\":\"Do this.\"}}");
    assertThat(get("/bug").statusCode()).isEqualTo(500);
    assertThat(get("/bug").body()).doesNotContain("secret");
  }

  @Test
  void a_body_beyond_the_bound_is_refused() throws Exception {
    assertThat(post("/echo", "{\"a\":1}").body()).isEqualTo("{\"a\":1}");
    assertThat(post("/echo", "{\"a\":\"" + "x".repeat(2000) + "\"}").statusCode()).isEqualTo(413);
  }

  @Test
  void pipelined_requests_are_answered_in_order() throws Exception {
    try (var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      var request = "GET /greet/%d HTTP/1.1\r\nHost: x\r\n\r\n";
      var three = request.formatted(1) + request.formatted(2) + request.formatted(3);
      socket.getOutputStream().write(three.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      var answer = new StringBuilder();
      var in = socket.getInputStream();
      while (!answer.toString().contains("hello 3")) {
        var bytes = new byte[1000];
        int read = in.read(bytes);
        assertThat(read).isPositive();
        answer.append(new String(bytes, 0, read, StandardCharsets.US_ASCII));
      }
      assertThat(answer.toString()).containsSubsequence("hello 1", "hello 2", "hello 3");
    }
  }

  @Test
  void who_does_nothing_keeps_nobody_out() throws Exception {
    try (var small = open(new HttpServer.Limits(1000, 3, 60));
        var first = begun(small);
        var second = begun(small);
        var third = begun(small)) {
      assertThat(asked(small)).startsWith("HTTP/1.1 200 ");
      assertThat(first.getInputStream().read()).isEqualTo(-1); // the longest idle one
      for (var other : List.of(second, third)) {
        other.getOutputStream().write("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(other.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
            .isEqualTo("HTTP/1.1 200");
      }
    }
  }

  @Test
  void what_is_being_answered_gives_way_to_nobody() throws Exception {
    try (var small = open(new HttpServer.Limits(1000, 1, 60));
        var busy = new Socket(small.address().getAddress(), small.address().getPort())) {
      busy.setSoTimeout(5000);
      busy.getOutputStream()
          .write("GET /events HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(busy.getInputStream().read()).isEqualTo('H');
      assertThat(asked(small)).isEmpty();
    }
  }

  @Test
  void one_address_has_its_share_only() throws Exception {
    var limits = new HttpServer.Limits(1000, 10, 2, new HttpServer.Stay.UntilIdle(60));
    try (var small = open(limits);
        var other = begun(small, "127.0.0.2");
        var first = begun(small);
        var second = begun(small)) {
      assertThat(asked(small)).startsWith("HTTP/1.1 200 ");
      assertThat(first.getInputStream().read()).isEqualTo(-1);
      other.getOutputStream().write("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(other.getInputStream().read()).isEqualTo('H');
      second.getOutputStream().write("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(second.getInputStream().read()).isEqualTo('H');
    }
  }

  @Test
  void a_head_that_drips_in_is_not_waited_for() throws Exception {
    try (var drip = begun(server)) {
      drip.setSoTimeout(100);
      long begun = System.nanoTime();
      Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> isEndedAfterOneMore(drip));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void what_comes_behind_a_request_cuts_off_no_answer() throws Exception {
    try (var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      var out = socket.getOutputStream();
      out.write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      var answer = new StringBuilder();
      while (!answer.toString().endsWith("data: two\n\n\r\n")) { // the chunk, too
        answer.append((char) socket.getInputStream().read());
      }

      out.write("\r\nGET /gr".getBytes(StandardCharsets.US_ASCII));

      socket.setSoTimeout(7_000); // longer than a head may take
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void who_may_ask_once_is_not_waited_for() throws Exception {
    try (var once = open(once(1));
        var silent = new Socket(once.address().getAddress(), once.address().getPort());
        var body = unfinished(once, 5)) {
      silent.setSoTimeout(8000);
      assertThat(isEnded(body)).isTrue();
      assertThat(isEnded(silent)).isTrue();
    }
  }

  @Test
  void who_asked_once_is_answered_and_not_kept() throws Exception {
    try (var once = open(once(30)); // longer than what is read here is waited for
        var asks = begun(once)) {
      asks.getOutputStream().write("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(asks.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 ")
          .contains("connection: close");
    }
  }

  private static HttpServer.Limits once(int seconds) {
    return new HttpServer.Limits(1000, 10, 10, new HttpServer.Stay.Once(seconds));
  }

  private static boolean isEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true; // before it said all, on a busy machine
    }
  }

  @Test
  void unfinished_bodies_hold_little_together_and_keep_nobody_out() throws Exception {
    var all = new ArrayList<Socket>();
    try (var busy = open(HttpServer.Limits.DEFAULT)) {
      long before = buffersOfAllConnections();

      for (int i = 0; i < 200; i++) all.add(unfinished(busy, (1 << 20) - 1));

      await(() -> busy.bodyBytes() > Bodies.MOST - (2 << 20));
      assertThat(busy.bodyBytes()).isLessThanOrEqualTo(Bodies.MOST);
      assertThat(buffersOfAllConnections() - before).isLessThan(32 << 20);
      assertThat(statusOf(all.getFirst())).isEqualTo("HTTP/1.1 503");
      try (var honest = unfinished(busy, (1 << 20) - 1)) {
        honest.getOutputStream().write('"');
        assertThat(statusOf(honest)).isEqualTo("HTTP/1.1 200");
      }
      for (var one : all) one.close();
      await(() -> busy.bodyBytes() == 0);
    }
  }

  /** One who says all of a JSON text but its end. */
  private static Socket unfinished(HttpServer server, int sent) throws IOException {
    var socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(8000);
    var head =
        "POST /words HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n".formatted(sent + 1);
    var body = "\"" + "x".repeat(sent - 1);
    try {
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
    } catch (SocketException e) {
      // it was refused before it said all
    }
    return socket;
  }

  private static String statusOf(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
  }

  private static long buffersOfAllConnections() {
    var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return metric.usedDirectMemory() + metric.usedHeapMemory();
  }

  private static void await(Callable<Boolean> state) {
    Awaitility.await().pollInterval(Duration.ofMillis(5)).until(state);
  }

  @Test
  void who_is_not_known_may_say_less() throws Exception {
    var strangers =
        new Strangers(16 << 10, head -> head.bearer().filter("mine"::equals).isPresent());
    try (var some =
        HttpServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            HttpServer.Limits.DEFAULT,
            strangers,
            router)) {
      var known = "Authorization: Bearer mine\r\n";
      var small = "\"" + "x".repeat(1000) + "\"";
      var large = "\"" + "x".repeat(20_000) + "\"";

      assertThat(answerTo(some, "", sized(large), "")).startsWith("HTTP/1.1 413"); // at the head
      assertThat(answerTo(some, "", sized(large), large)).startsWith("HTTP/1.1 413");
      assertThat(answerTo(some, "", sized(small), small)).startsWith("HTTP/1.1 200");
      assertThat(answerTo(some, known, sized(large), large)).startsWith("HTTP/1.1 200");
      assertThat(answerTo(some, "", CHUNKED, chunk(large))).startsWith("HTTP/1.1 413");
      assertThat(answerTo(some, "", CHUNKED, chunk(small))).startsWith("HTTP/1.1 200");
      assertThat(answerTo(some, known, CHUNKED, chunk(large))).startsWith("HTTP/1.1 200");
      var waits = "Expect: 100-continue\r\n";
      assertThat(answerTo(some, waits, sized(large), "")).startsWith("HTTP/1.1 413");
      assertThat(answerTo(some, known + waits, sized(large), large))
          .startsWith("HTTP/1.1 100")
          .contains("HTTP/1.1 200");
      await(() -> some.bodyBytes() == 0);
    }
  }

  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

  private static String sized(String body) {
    return "Content-Length: %d\r\n".formatted(body.length());
  }

  private static String chunk(String body) {
    return "%x\r\n%s\r\n0\r\n\r\n".formatted(body.length(), body);
  }

  private static String answerTo(HttpServer server, String who, String length, String body)
      throws IOException {
    try (var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket.setSoTimeout(8000);
      var head =
          "POST /words HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
              + "Content-Type: application/json\r\n%s%s\r\n".formatted(who, length);
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private HttpServer open(HttpServer.Limits limits) {
    return HttpServer.open(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), limits, router);
  }

  /** One who says half of a head. */
  private static Socket begun(HttpServer server) throws IOException {
    return begun(server, "127.0.0.1");
  }

  private static Socket begun(HttpServer server, String from) throws IOException {
    var port = server.address().getPort();
    var socket = new Socket(server.address().getAddress(), port, InetAddress.getByName(from), 0);
    socket.setSoTimeout(8000);
    socket
        .getOutputStream()
        .write("GET /greet/a HTTP/1.1\r\nx: ".getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static boolean isEndedAfterOneMore(Socket drip) {
    try {
      drip.getOutputStream().write('x');
      return drip.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static String asked(HttpServer server) throws IOException {
    try (var socket = begun(server)) {
      socket
          .getOutputStream()
          .write("x\r\nconnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException e) {
      return ""; // hung up on before it asked
    }
  }

  @Test
  void events_arrive_at_once_and_their_source_ends_with_the_client() throws Exception {
    try (var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket
          .getOutputStream()
          .write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      var answer = new StringBuilder();
      while (!answer.toString().contains("data: one\ndata: two\n\n")) {
        answer.append((char) socket.getInputStream().read());
      }
    }
    assertThat(sourceInterrupted.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_socket_carries_messages_of_both_kinds_in_order() throws Exception {
    var received = new LinkedBlockingQueue<String>();
    var socket =
        client
            .newWebSocketBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .buildAsync(
                uri("ws", "/socket"),
                new Listener() {
                  @Override
                  public CompletionStage<?> onText(
                      java.net.http.WebSocket ws, CharSequence data, boolean last) {
                    received.add("text " + data);
                    ws.request(1);
                    return java.util.concurrent.CompletableFuture.completedStage("");
                  }

                  @Override
                  public CompletionStage<?> onBinary(
                      java.net.http.WebSocket ws, ByteBuffer data, boolean last) {
                    received.add("bytes " + data.remaining());
                    ws.request(1);
                    return java.util.concurrent.CompletableFuture.completedStage("");
                  }
                })
            .get(5, TimeUnit.SECONDS);
    for (int i = 0; i < 200; i++) socket.sendText("m" + i, true).get(5, TimeUnit.SECONDS);
    socket.sendBinary(ByteBuffer.allocate(5000), true).get(5, TimeUnit.SECONDS);

    Awaitility.await().until(() -> received.size() == 201);
    for (int i = 0; i < 200; i++) assertThat(received.take()).isEqualTo("text m" + i);
    assertThat(received.take()).isEqualTo("bytes 5000");
    socket.abort();
  }

  @Test
  void an_upgrade_gives_raw_bytes_both_ways_and_ends_by_halves() throws Exception {
    try (var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /raw HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(5000);
      var head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n"))
        head.append((char) socket.getInputStream().read());
      assertThat(head.toString()).startsWith("HTTP/1.1 101 ");
      socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).isEqualTo("HELLO");
    }
    assertThat(get("/raw").statusCode()).isEqualTo(426);
    assertThat(get("/socket").statusCode()).isEqualTo(400);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri("http", path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String json) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri("http", path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String scheme, String path) {
    return URI.create("%s://127.0.0.1:%d%s".formatted(scheme, server.address().getPort(), path));
  }
}
