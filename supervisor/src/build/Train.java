import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Uses a supervisor as the gateway and the pages do, so that what it loads thereby is in its cache. */
final class Train {
  private final HttpClient client = HttpClient.newHttpClient();
  private final String base;

  Train(String port) {
    base = "://127.0.0.1:" + port + "/_supervisor/v1/";
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("free-port")) {
      try (var socket = new ServerSocket(0)) {
        System.out.println(socket.getLocalPort());
      }
      return;
    }
    new Train(arguments[0]).use();
    System.exit(0);
  }

  private void use() throws Exception {
    awaitAnswer();
    var status = send(request("status?wait=10000"));
    if (!status.contains("\"ready\"")) throw new IllegalStateException("not ready: " + status);
    for (int i = 0; i < 20; i++) send(request("status"));
    send(request("terminals"));
    send(
        request("terminals")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString("{\"cols\":100,\"rows\":30}")));
    var terminal = connect("terminals/t2/connect?from=0");
    terminal.socket.sendText("{\"kind\":\"resize\",\"cols\":90,\"rows\":20}", true).join();
    terminal.socket.sendBinary(bytes("echo trained-$((40+2)); exit 3\n"), true).join();
    terminal.await("\"exit\"");
    var piped = connect("exec");
    piped.socket.sendText("{\"argv\":[\"cat\"],\"env\":{\"A\":\"b\"}}", true).join();
    piped.socket.sendBinary(bytes("\0hello"), true).join();
    piped.socket.sendBinary(bytes("\0"), true).join();
    piped.await("\"exit\"");
    var tty = connect("exec");
    tty.socket
        .sendText("{\"argv\":[\"ls\"],\"tty\":{\"cols\":80,\"rows\":24}}", true)
        .join();
    tty.await("\"exit\"");
    send(request("terminals/t1/output"));
    send(request("terminals/t2").DELETE());
    send(HttpRequest.newBuilder(URI.create("http" + base + "status")));
    var events =
        client.send(request("events").build(), BodyHandlers.ofInputStream());
    events.body().read(new byte[10]);
    events.body().close();
  }

  private void awaitAnswer() throws Exception {
    for (int i = 0; ; i++) {
      try {
        send(request("status/supervisor"));
        return;
      } catch (java.io.IOException e) {
        if (i == 100) throw e;
        Thread.sleep(100);
      }
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http" + base + path))
        .timeout(Duration.ofSeconds(20))
        .header("authorization", "Bearer train");
  }

  private String send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }

  private Conversation connect(String path) {
    var conversation = new Conversation();
    conversation.socket =
        client
            .newWebSocketBuilder()
            .header("authorization", "Bearer train")
            .buildAsync(URI.create("ws" + base + path), conversation)
            .join();
    return conversation;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static final class Conversation implements WebSocket.Listener {
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private WebSocket socket;

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      heard.add(text.toString());
      from.request(1);
      return null;
    }

    void await(String part) throws InterruptedException {
      while (true) {
        var text = heard.poll(20, TimeUnit.SECONDS);
        if (text == null) throw new IllegalStateException("the supervisor never said " + part);
        if (text.contains(part)) return;
      }
    }
  }
}
