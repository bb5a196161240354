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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

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
    new Train(arguments[0]).use(List.of(arguments).subList(1, arguments.length));
    System.exit(0);
  }

  private void use(List<String> gp) throws Exception {
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
    runInside(gp);
    send(request("terminals/t1/output"));
    send(request("terminals/t2").DELETE());
    send(HttpRequest.newBuilder(URI.create("http" + base + "status")));
    var events =
        client.send(request("events").build(), BodyHandlers.ofInputStream());
    events.body().read(new byte[10]);
    events.body().close();
  }

  /** The command inside, with words that between them use most of it. */
  private void runInside(List<String> gp) throws Exception {
    var control = Thread.ofPlatform().daemon().start(this::answerErrands);
    var words = new ArrayList<>(gp);
    words.add("__training");
    var argv = "\"" + String.join("\",\"", words) + "\"";
    var exec = connect("exec");
    exec.socket
        .sendText(
            "{\"argv\":[%s],\"env\":{\"LOCPATH\":\"/.supervisor/locale\",\"LC_ALL\":\"C.UTF-8\",\"JAVA_TOOL_OPTIONS\":\"\"}}"
                .formatted(argv),
            true)
        .join();
    exec.socket.sendBinary(bytes("\0" + COMMANDS), true).join();
    exec.socket.sendBinary(bytes("\0"), true).join();
    exec.await("\"exit\"");
    control.interrupt();
  }

  private static final String COMMANDS =
      """
      version
      --help
      ports --help
      tasks list --help
      info
      info -j
      url
      url 3000
      env
      env -e
      env A=b
      env -u A
      ports list
      ports visibility 3000:public
      tasks list
      timeout show
      timeout set 1h
      user-info
      ssh
      top
      init
      validate --check
      sync-done trained
      sync-await trained
      credential-helper get
      completion bash
      """;

  /** In control's place: one answer that has what all of them read. */
  private void answerErrands() {
    var id = Pattern.compile("\"id\":\"(e[0-9]+)\"");
    try {
      while (true) {
        var found = id.matcher(send(request("errands?wait=1000")));
        while (found.find()) {
          send(
              request("errands/" + found.group(1) + "/answer?status=200")
                  .POST(BodyPublishers.ofString(ANSWER)));
        }
      }
    } catch (Exception e) {
      // The training is over.
    }
  }

  private static final String ANSWER =
      """
      {"variables":[{"name":"A","value":"b"}],"seconds":1800,"id":"u","name":"Ann","email":"a@b.c",
       "ports":[{"port":3000,"visibility":"private","protocol":"http","url":"http://x","served":true}]}
      """;

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

    /** What a program says: channel 2, its errors, is for whoever reads the build. */
    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      if (data.remaining() > 1 && data.get() == 2) {
        System.err.print(StandardCharsets.UTF_8.decode(data));
      }
      from.request(1);
      return null;
    }

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
