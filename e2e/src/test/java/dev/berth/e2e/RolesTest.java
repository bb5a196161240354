package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.http.FreePorts;
import dev.berth.base.json.Json;
import dev.berth.base.process.Command;
import dev.berth.control.store.MariaDbServer;
import dev.berth.objects.SeaweedFs;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.OwnerToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Controls and gateways as processes of their own, which are killed and asked to end. */
final class RolesTest {
  /** A lease is 10 s long; the rest is for a machine that has much to do. */
  private static final Duration AFTER_KILL = Duration.ofSeconds(30);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  // ---- controls

  @Test
  @Timeout(240)
  void when_the_control_that_leads_is_killed_or_ends_another_does(@TempDir Path folder)
      throws Exception {
    var key =
        Files.writeString(folder.resolve("key"), Base64.getEncoder().encodeToString(new byte[32]));
    Files.writeString(folder.resolve("kubeconfig"), NO_CLUSTER);
    int one = FreePorts.next();
    int two = FreePorts.next();
    int door = FreePorts.next();
    try (var database = MariaDbServer.start(Files.createDirectory(folder.resolve("db")));
        var bucket = SeaweedFs.start(Files.createDirectory(folder.resolve("s3")))) {
      bucket.make("berth");
      var common =
          """
          dashboard: http://berth.localhost:%d
          editor: {none: true}
          key: {file: %s}
          log: {format: json}
          """
              .formatted(door, key);
      var control =
          common
              + """
              database: {url: "%s", password: secret}
              objects: {s3: {endpoint: "%s", bucket: berth, accessKey: %s, secretKey: %s}}
              cluster: {kubeconfig: %s, image: "a.test/berth:1", workspaceImage: "a.test/debian:1", berthAddresses: [127.0.0.1]}
              """
                  .formatted(
                      database.url(),
                      bucket.endpoint(),
                      SeaweedFs.ACCESS,
                      SeaweedFs.SECRET,
                      folder.resolve("kubeconfig"));
      try (var first = Role.start("control", folder.resolve("c1"), at(control, one)).ready();
          var second = Role.start("control", folder.resolve("c2"), at(control, two)).ready();
          var gateway =
              Role.start("gateway", folder.resolve("g"), at(common, one, two, door)).ready()) {
        assertThat(first.metrics()).contains("berth_control_leads 1\n");
        assertThat(second.metrics()).contains("berth_control_leads 0\n");
        var token = first.token();
        assertThat(second.token()).isEqualTo(token);
        for (var each : List.of(first, second)) {
          assertThat(each.berth("login").text()).startsWith("http://berth.localhost:" + door);
        }

        first.kill();
        answers(door, token);
        assertThat(second.metrics()).contains("berth_control_leads 1\n");
        first.again();
        first.ready();
        assertThat(first.berth("list").exitCode()).isZero();

        second.askToEnd();
        assertThat(second.ended()).isZero();
        answers(door, token);
        assertThat(first.metrics()).contains("berth_control_leads 1\n");
        assertThat(gateway.metrics())
            .contains("berth_gateway_knows_control 1\n")
            .contains("berth_gateway_requests_total{place=\"control\",status=\"2xx\"}");

        gateway.askToEnd();
        assertThat(gateway.ended()).isZero();
        assertThat(first.said().lines())
            .isNotEmpty()
            .allSatisfy(line -> assertThat(line).startsWith("{\"time\":\""));
      }
    }
  }

  @Test
  @Timeout(240)
  void control_proves_what_it_stands_on_and_says_what_was_taken_away(@TempDir Path folder)
      throws Exception {
    var key =
        Files.writeString(folder.resolve("key"), Base64.getEncoder().encodeToString(new byte[32]));
    Files.writeString(folder.resolve("kubeconfig"), NO_CLUSTER);
    var recorded =
        Files.writeString(
            folder.resolve("checks.json"),
            """
            {"by":"ada@laptop","version":"0","began":"2026-11-22T12:00:00Z","ended":"2026-11-22T12:00:09Z",
             "results":[{"code":"B601","hop":"rules","outcome":{"kind":"good","words":"enforced"}}]}
            """);
    int port = FreePorts.next();
    int door = FreePorts.next();
    var store = SeaweedFs.start(Files.createDirectory(folder.resolve("s3")));
    try (var bucket = store;
        var database = MariaDbServer.start(Files.createDirectory(folder.resolve("db")))) {
      bucket.make("berth");
      var common =
          """
          dashboard: http://berth.localhost:%d
          editor: {none: true}
          key: {file: %s}
          """
              .formatted(door, key);
      var control =
          common
              + """
              database: {url: "%s", password: secret}
              objects: {s3: {endpoint: "%s", bucket: berth, accessKey: %s, secretKey: %s}}
              cluster: {kubeconfig: %s, image: "a.test/berth:1", workspaceImage: "a.test/debian:1", berthAddresses: [127.0.0.1]}
              control: {address: 127.0.0.1, port: %d, checks: %s}
              """
                  .formatted(
                      database.url(),
                      bucket.endpoint(),
                      SeaweedFs.ACCESS,
                      SeaweedFs.SECRET,
                      folder.resolve("kubeconfig"),
                      port,
                      recorded);
      var gateway =
          common
              + """
              port: %d
              ssh: {port: 0}
              control: {hosts: ["127.0.0.1:%d"]}
              """
                  .formatted(door, port);
      try (var one = Role.start("control", folder.resolve("c"), control).ready();
          var _ = Role.start("gateway", folder.resolve("g"), gateway).ready()) {
        var whole = checked(one);
        assertThat(whole)
            .contains("ok      B701  version of the database: MariaDB")
            .contains("ok      B701  rights in the database: ")
            .contains("ok      B702  object store from this machine: writes once, reads, lists")
            .contains("BAD     B101  Kubernetes API server: ") // there is none
            .contains("ok      B901  gateways: ");
        assertThat(asked(port, one.token()))
            .contains("\"recorded\":{\"by\":\"ada@laptop\"")
            .contains("\"code\":\"B601\"");

        store.close();
        await()
            .atMost(AFTER_KILL)
            .untilAsserted(() ->
                assertThat(checked(one))
                    .contains("BAD     B702  object store from this machine: "));
      }
    }
  }

  /** What it says of all that it tries now. */
  private static String checked(Role control) throws IOException, InterruptedException {
    var said = control.berth("status", "--check");
    assertThat(said.exitCode()).isEqualTo(69);
    return said.text();
  }

  private static String asked(int port, String token) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/api/v1/installation/checks".formatted(port)))
            .header("authorization", "Bearer " + token)
            .build();
    return CLIENT.send(request, BodyHandlers.ofString()).body();
  }

  private static final String NO_CLUSTER =
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: none, cluster: {server: "https://127.0.0.1:1"}}]
      contexts: [{name: none, context: {cluster: none, user: nobody}}]
      current-context: none
      users: [{name: nobody, user: {token: none}}]
      """;

  private static String at(String settings, int port) {
    return settings + "control: {address: 127.0.0.1, port: %d}".formatted(port);
  }

  private static String at(String settings, int one, int two, int door) {
    return settings
        + """
        port: %d
        ssh: {port: 0}
        drain: {delay: 0s}
        control: {hosts: ["127.0.0.1:%d", "127.0.0.1:%d"]}
        """
            .formatted(door, one, two);
  }

  /** Until the API answers again through the gateway, whoever asks is told to come again. */
  private static void answers(int door, String token) {
    var statuses = new TreeSet<Integer>();
    await()
        .atMost(AFTER_KILL)
        .until(() -> {
          int status = me(door, token);
          statuses.add(status);
          return status == 200;
        });
    assertThat(statuses).isSubsetOf(200, 503);
  }

  private static int me(int door, String token) throws IOException, InterruptedException {
    return CLIENT
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/api/v1/me".formatted(door)))
                .header("Host", "berth.localhost:" + door)
                .header("Authorization", "Bearer " + token)
                .timeout(AFTER_KILL)
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  // ---- gateways

  @Test
  @Timeout(360) // the first test of a run waits for the default image
  void who_works_through_a_gateway_that_ends_works_on_while_others_come_by_the_next(
      @TempDir Path folder) throws Exception {
    try (var git = GitHost.open(folder.resolve("git"));
        var berth = Installation.create("ssh: {port: 0}")) {
      Samples.small(git.create("octo/small"), "README.md", "# Small\n");
      berth.up();
      var id = berth.api().run(git.url("octo/small")).id();
      var owner = berth.api().call("GET", Api.path(id) + "/token", "").as(OwnerToken.class);
      var keys = Files.createDirectory(folder.resolve("keys"));
      Command.of(
              "ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", keys + "/ssh_host_ed25519_key")
          .orProblem("Install openssh-client.");
      var one = new Door(FreePorts.next(), FreePorts.next());
      var two = new Door(FreePorts.next(), FreePorts.next());
      try (var first =
              Role.start("gateway", folder.resolve("g1"), settings(berth, keys, one)).ready();
          var second =
              Role.start("gateway", folder.resolve("g2"), settings(berth, keys, two)).ready();
          var ssh = new Ssh(folder, one, id, owner.ownerToken());
          var cat = new Cat(one, URI.create(owner.url()).getAuthority(), owner.ownerToken())) {
        assertThat(ssh.echo("by ssh")).isEqualTo("by ssh");
        assertThat(cat.echo("by socket")).isEqualTo("by socket");

        first.askToEnd();
        await().until(() -> first.health("readyz").equals(Optional.of(503)));
        await()
            .untilAsserted(() ->
                assertThatThrownBy(() -> connect(one.port())).isInstanceOf(IOException.class));
        await()
            .untilAsserted(
                () -> assertThatThrownBy(() -> connect(one.ssh())).isInstanceOf(IOException.class));

        assertThat(ssh.echo("still by ssh")).isEqualTo("still by ssh");
        assertThat(cat.echo("still by socket")).isEqualTo("still by socket");
        try (var next = new Ssh(folder, two, id, owner.ownerToken())) {
          assertThat(next.echo("by the next")).isEqualTo("by the next");
        }
        assertThat(second.health("readyz")).contains(200);
        cat.end();
        ssh.end();
        assertThat(first.ended()).isZero();
      }
    }
  }

  private record Door(int port, int ssh) {}

  private static void connect(int port) throws IOException {
    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).close();
  }

  /** A gateway beside that of the whole, whose control it asks. */
  private static String settings(Installation berth, Path keys, Door door) throws Exception {
    return """
    dashboard: http://berth.localhost:%d
    port: %d
    ssh: {port: %d, hostKeys: %s}
    key: {gatewayFile: %s}
    editor: {none: true}
    drain: {delay: 1s, longest: 60s}
    control: {hosts: ["%s"]}
    """
        .formatted(
            berth.port(),
            door.port(),
            door.ssh(),
            keys,
            gatewayKey(berth, keys),
            URI.create(berth.api().server().api()).getAuthority());
  }

  /** All that a gateway needs of the installation's key, as docs/operate/roles.md makes it. */
  private static Path gatewayKey(Installation berth, Path folder) throws Exception {
    var file = folder.resolve("gateway.key");
    Command.of(
            "sh",
            "-c",
            "printf gateway | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(od -An -v -tx1 \"$1\" | tr -d ' \\n') -binary > \"$2\"",
            "sh",
            berth.home().resolve("secret.key").toString(),
            file.toString())
        .orProblem("See it.");
    return file;
  }

  /** OpenSSH's client, which runs cat. */
  private static final class Ssh implements AutoCloseable {
    private final Path errors;
    private final Process process;
    private final BufferedReader lines;

    Ssh(Path folder, Door door, WorkspaceId id, String token) throws IOException {
      errors = folder.resolve("ssh-%d.log".formatted(door.ssh()));
      process =
          new ProcessBuilder(
                  "ssh",
                  "-p",
                  Integer.toString(door.ssh()),
                  "-o",
                  "StrictHostKeyChecking=accept-new",
                  "-o",
                  "UserKnownHostsFile=" + folder.resolve("known"),
                  "-o",
                  "PreferredAuthentications=keyboard-interactive",
                  "%s#%s@127.0.0.1".formatted(id, token),
                  "cat")
              .redirectError(errors.toFile())
              .start();
      lines = process.inputReader();
    }

    String echo(String line) throws IOException {
      var out = process.outputWriter();
      out.write(line + "\n");
      out.flush();
      var heard = lines.readLine();
      return heard == null ? "ssh ended: " + Files.readString(errors) : heard;
    }

    void end() {
      process.destroyForcibly();
    }

    @Override
    public void close() {
      end();
    }
  }

  /** A page's WebSocket to a program inside. */
  private static final class Cat implements AutoCloseable, WebSocket.Listener {
    private final HttpClient client = HttpClient.newHttpClient();
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    Cat(Door door, String host, String token) throws Exception {
      socket =
          client
              .newWebSocketBuilder()
              .header("Host", host)
              .header("x-gitpod-owner-token", token)
              .buildAsync(
                  URI.create("ws://127.0.0.1:%d/_supervisor/v1/exec".formatted(door.port())), this)
              .get(60, TimeUnit.SECONDS);
      socket.sendText(Json.write(Map.of("argv", List.of("cat"), "env", Map.of())), true).get();
    }

    String echo(String line) throws Exception {
      var bytes = line.getBytes(StandardCharsets.UTF_8);
      socket
          .sendBinary(ByteBuffer.allocate(bytes.length + 1).put((byte) 0).put(bytes).flip(), true)
          .get();
      return String.valueOf(heard.poll(30, TimeUnit.SECONDS));
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      data.get(); // which stream it is of
      heard.add(StandardCharsets.UTF_8.decode(data).toString());
      from.request(1);
      return CompletableFuture.completedStage("");
    }

    void end() {
      socket.abort();
    }

    @Override
    public void close() {
      client.shutdownNow();
    }
  }
}
