package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.http.FreePorts;
import dev.berth.base.json.Json;
import dev.berth.base.process.Command;
import dev.berth.base.process.Command.Outcome;
import dev.berth.protocol.WorkspaceId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenSSH's own clients against the whole. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class SshTest {
  /** Sends back a first line with a word before it, once, for each who connects. */
  private static final String ECHO_UNIX =
      """
      use IO::Socket::UNIX; $| = 1;
      my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 5) or die $!;
      print "listens\\n";
      my $c = $s->accept; my $l = <$c>; print $c "inside $l"; close $c;
      """;

  /** The client ends it, as soon as it hears of a listener that was refused. */
  private static final String WAITS = "sleep 60";

  private static final String ECHO_TCP =
      """
      use IO::Socket::INET; $| = 1;
      my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 5, ReuseAddr => 1) or die $!;
      print "listens\\n";
      while (my $c = $s->accept) { my $l = <$c>; print $c "inside $l"; close $c }
      """;

  private static final String ASK_TCP =
      "use IO::Socket::INET; my $s = IO::Socket::INET->new(\"127.0.0.1:$ARGV[0]\") or die $!;"
          + " print $s \"hello\\n\"; print <$s>;";

  private static final String ASK_UNIX =
      "use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new($ARGV[0]) or die $!;"
          + " print $s \"hello\\n\"; print <$s>;";

  @SuppressWarnings("NullAway.Init") // made before all tests
  private GitHost git;

  @SuppressWarnings("NullAway.Init")
  private Installation berth;

  @SuppressWarnings("NullAway.Init")
  private WorkspaceId id;

  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private int port;

  private record KeyLine(String type, String host_key) {}

  @BeforeAll
  @Timeout(360) // the first test of a run waits for the default image
  void open() throws Exception {
    folder = Files.createTempDirectory(Path.of("/var/tmp"), "berth-ssh-");
    git = GitHost.open(folder.resolve("git"));
    Samples.small(git.create("octo/small"), "README.md", "# Small\n");
    port = FreePorts.next();
    berth = Installation.create("ssh:", "  port: " + port);
    berth.up();
    id = berth.api().run(git.url("octo/small")).id();
    for (var name : List.of("mine", "foreign")) {
      Command.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file(name))
          .orProblem("Install openssh-client.");
    }
    assertThat(berth.berth("ssh-key", "add", file("mine.pub")).exitCode()).isZero();
    await().untilAsserted(() -> assertThat(hostKeys()).hasSize(3));
    var known = new StringBuilder();
    for (var key : hostKeys()) {
      known.append("[127.0.0.1]:%d %s %s\n".formatted(port, key.type(), key.host_key()));
    }
    Files.writeString(folder.resolve("known"), known);
    await().untilAsserted(() -> assertThat(ssh("true").exitCode()).isZero());
  }

  @AfterAll
  void close() throws Exception {
    try (var _ = git) {
      berth.close();
    }
    Command.of("rm", "-rf", folder.toString()).orProblem("See it.");
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private List<KeyLine> hostKeys() throws Exception {
    var host = "berth.localhost:" + berth.port();
    var answer = berth.api().stranger(host, "/_ssh/host_keys");
    return List.of(Json.read(answer.body(), KeyLine[].class));
  }

  // Command lines.

  private List<String> options(String key) {
    return List.of(
        "-F", "/dev/null",
        "-i", file(key),
        "-o", "IdentitiesOnly=yes",
        "-o", "BatchMode=yes",
        "-o", "ConnectTimeout=20",
        "-o", "UserKnownHostsFile=" + file("known"),
        "-o", "StrictHostKeyChecking=yes",
        "-o", "ExitOnForwardFailure=yes",
        "-o", "Port=" + port);
  }

  private String host() {
    return id + "@127.0.0.1";
  }

  private List<String> line(String program, List<String> more, String... end) {
    var line = new ArrayList<String>(List.of(program));
    line.addAll(options("mine"));
    line.addAll(more);
    line.addAll(List.of(end));
    return line;
  }

  private Outcome ssh(String command) throws InterruptedException {
    return ssh(List.of(), command);
  }

  private Outcome ssh(List<String> more, String command) throws InterruptedException {
    // Some tests open many at once.
    return Command.of(line("ssh", more, host(), command)).within(Duration.ofMinutes(2)).run();
  }

  private Outcome refused(String key, String user) throws InterruptedException {
    var line = new ArrayList<String>(List.of("ssh"));
    line.addAll(options(key));
    line.addAll(List.of("-l", user, "127.0.0.1", "true"));
    return Command.of(line).run();
  }

  /** A process of ours in the background, ended with the test. */
  private final class Background implements AutoCloseable {
    private final Process process;

    Background(List<String> line) throws IOException {
      process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("background.log").toFile())
              .start();
    }

    void says(String words) {
      await()
          .untilAsserted(
              () -> assertThat(folder.resolve("background.log")).content().contains(words));
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  // Commands and shells.

  @Test
  void a_command_has_its_streams_its_exit_code_and_its_user() throws Exception {
    var outcome =
        Command.of(line("ssh", List.of(), host(), "id -un; pwd; cat; echo oops >&2; exit 42"))
            .reading("from here\n")
            .run();

    assertThat(outcome.exitCode()).isEqualTo(42);
    assertThat(outcome.text()).isEqualTo("gitpod\n/workspace/small\nfrom here");
    assertThat(outcome.errors()).isEqualTo("oops\n");
  }

  @Test
  void it_has_the_tasks_environment_and_what_the_client_adds() throws Exception {
    var outcome =
        ssh(
            List.of("-o", "SetEnv=FROM_CLIENT=yes PATH=/nowhere"),
            "echo $FROM_CLIENT $GITPOD_WORKSPACE_ID $GITPOD_REPO_ROOT; echo $SSH_CONNECTION");

    assertThat(outcome.text()).startsWith("yes " + id + " /workspace/small\n127.0.0.1 ");
    assertThat(ssh("kill -TERM $$").exitCode()).isEqualTo(128 + 15);
  }

  @Test
  void a_shell_has_a_terminal_and_works_in_the_repository() throws Exception {
    var outcome =
        Command.of(line("ssh", List.of("-tt"), host()))
            .reading("tty; stty size; pwd; echo $0-$((40+2)); exit 7\n")
            .run();

    assertThat(outcome.exitCode()).isEqualTo(7);
    assertThat(outcome.text())
        .contains("/dev/pts/", "24 80", "/workspace/small", "-42"); // 0x0 becomes 24x80
  }

  @Test
  void a_terminal_takes_the_clients_size_and_its_changes() throws Exception {
    // util-linux's script gives the client a terminal, whose size is changed when it was told.
    var client = String.join(" ", line("ssh", List.of("-tt"), host()));
    var inside = "'trap \"stty size; exit 0\" WINCH; stty size; while :; do sleep 0.1; done'";
    var change =
        "(until grep -q '33 111' '%1$s'; do sleep 0.1; done; stty cols 99 rows 22 </dev/tty) &";
    var outcome =
        Command.of(
                "script",
                "-qec",
                (": >'%1$s'; stty cols 111 rows 33; " + change + " %2$s %3$s | tee '%1$s'")
                    .formatted(file("seen"), client, inside),
                "/dev/null")
            .within(Duration.ofSeconds(60))
            .run();

    assertThat(outcome.text()).contains("33 111", "22 99");
  }

  @Test
  void what_a_terminal_ran_is_hung_up_when_the_client_goes() throws Exception {
    try (var client = new Background(line("ssh", List.of("-tt"), host(), "exec sleep 4321"))) {
      await().until(() -> ssh("pgrep -x sleep -a").text().contains("4321"));
      client.process.destroyForcibly();
      await().until(() -> !ssh("pgrep -x sleep -a").text().contains("4321"));
    }
  }

  @Test
  void many_sessions_run_at_once_over_one_connection_and_over_many() throws Exception {
    var control = "ControlPath=" + file("master");
    try (var master = new Background(line("ssh", List.of("-M", "-N", "-o", control), host()))) {
      await().until(() -> Files.exists(folder.resolve("master")));
      Callable<String> shared =
          () -> ssh(List.of("-o", control), "sleep 1; head -c 100000 /dev/zero | wc -c").text();
      Callable<String> own = () -> ssh("sleep 1; head -c 100000 /dev/zero | wc -c").text();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var all = new ArrayList<>(IntStream.range(0, 20).mapToObj(_ -> shared).toList());
        IntStream.range(0, 5).forEach(_ -> all.add(own));
        for (var one : threads.invokeAll(all)) assertThat(one.get()).isEqualTo("100000");
      }
      assertThat(master.process.isAlive()).isTrue();
    }
  }

  // Files.

  @Test
  void files_go_both_ways_and_are_the_users() throws Exception {
    var bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    Files.write(folder.resolve("here"), bytes);
    for (var protocol : List.of("-s", "-O")) {
      var there = host() + ":/workspace/copy" + protocol;
      var up = Command.of(line("scp", List.of("-q", protocol, file("here")), there)).run();
      assertThat(up.errors()).isEmpty();
      assertThat(up.exitCode()).isZero();
      Command.of(line("scp", List.of("-q", protocol), there, file("back"))).orProblem("See it.");
      assertThat(folder.resolve("back")).hasBinaryContent(bytes);
      assertThat(ssh("stat -c %u:%g /workspace/copy" + protocol).text()).isEqualTo("33333:33333");
    }
    var listed =
        Command.of(line("sftp", List.of("-q", "-b", "-"), host()))
            .reading("pwd\nmkdir made\nrename made moved\nls -1\nget README.md " + file("r") + "\n")
            .run();
    assertThat(listed.text()).contains("/workspace/small", "moved", "README.md");
    assertThat(folder.resolve("r")).content().isEqualTo("# Small\n");
    var denied =
        Command.of(line("sftp", List.of("-q", "-b", "-"), host()))
            .reading("put %s /etc/mine\n".formatted(file("r")))
            .run();
    assertThat(denied.errors()).contains("Permission denied");
  }

  @Test
  void rsync_works() throws Exception {
    var tree = Files.createDirectories(folder.resolve("tree/sub"));
    Files.writeString(tree.resolve("one"), "one\n");
    var shell = String.join(" ", line("ssh", List.of()));
    Command.of("rsync", "-a", "-e", shell, file("tree") + "/", host() + ":/workspace/synced/")
        .orProblem("See it.");
    assertThat(ssh("cat /workspace/synced/sub/one").text()).isEqualTo("one");
  }

  // Sockets.

  @Test
  void local_and_dynamic_forwarding_reach_what_listens_inside() throws Exception {
    int local = FreePorts.next();
    int dynamic = FreePorts.next();
    put("echo.pl", ECHO_TCP);
    var forwards =
        List.of(
            "-L", "127.0.0.1:%d:localhost:9911".formatted(local),
            "-D", "127.0.0.1:%d".formatted(dynamic));
    try (var inside =
        new Background(line("ssh", forwards, host(), "perl /workspace/echo.pl 9911"))) {
      inside.says("listens");
      assertThat(ask(new Socket(InetAddress.getLoopbackAddress(), local))).isEqualTo("inside me\n");
      var proxy =
          new java.net.Proxy(
              java.net.Proxy.Type.SOCKS,
              new InetSocketAddress(InetAddress.getLoopbackAddress(), dynamic));
      var socket = new Socket(proxy);
      socket.connect(InetSocketAddress.createUnresolved("localhost", 9911));
      assertThat(ask(socket)).isEqualTo("inside me\n");
    }
  }

  @Test
  void forwarding_does_not_lead_to_the_gateways_own_machine() throws Exception {
    int local = FreePorts.next();
    try (var here = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var forward =
            new Background(
                line(
                    "ssh",
                    List.of(
                        "-L", "127.0.0.1:%d:localhost:%d".formatted(local, here.getLocalPort())),
                    host(),
                    "echo up; sleep 60"))) {
      forward.says("up");
      assertThat(ask(new Socket(InetAddress.getLoopbackAddress(), local))).isEmpty();
      here.setSoTimeout(1000);
      org.assertj.core.api.Assertions.assertThatThrownBy(here::accept)
          .isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  @Test
  void remote_forwarding_leads_out_and_ends_with_the_connection() throws Exception {
    put("ask.pl", ASK_TCP);
    try (var here = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      answer(here);
      var outcome =
          ssh(
              List.of("-R", "9922:127.0.0.1:" + here.getLocalPort()),
              "perl /workspace/ask.pl 9922");
      assertThat(outcome.text()).isEqualTo("outside hello");
    }
    // Inside, the end of the connection is seen a moment later than here.
    await()
        .untilAsserted(() -> assertThat(ssh("perl /workspace/ask.pl 9922").exitCode()).isNotZero());
    var taken = ssh(List.of("-R", "9923:127.0.0.1:1", "-R", "/etc/mine.sock:/nowhere"), WAITS);
    assertThat(taken.exitCode()).isEqualTo(255);
    assertThat(taken.errors()).contains("forwarding failed");
  }

  @Test
  void sockets_of_the_file_system_are_forwarded_both_ways() throws Exception {
    put("echo-unix.pl", ECHO_UNIX);
    put("ask-unix.pl", ASK_UNIX);
    try (var inside =
        new Background(
            line(
                "ssh",
                List.of("-L", file("local.sock") + ":/workspace/inside.sock"),
                host(),
                "perl /workspace/echo-unix.pl /workspace/inside.sock; sleep 60"))) {
      inside.says("listens");
      try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(file("local.sock")))) {
        socket.write(ByteBuffer.wrap("me\n".getBytes(StandardCharsets.US_ASCII)));
        var heard = ByteBuffer.allocate(100);
        for (int n = 0; n >= 0; ) n = socket.read(heard);
        assertThat(new String(heard.array(), 0, heard.position(), StandardCharsets.US_ASCII))
            .isEqualTo("inside me\n");
      }
    }
    try (var here = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      here.bind(UnixDomainSocketAddress.of(file("here.sock")));
      Thread.ofVirtual()
          .start(() -> {
            try (var came = here.accept()) {
              came.read(ByteBuffer.allocate(100));
              came.write(ByteBuffer.wrap("outside hello\n".getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      var outcome =
          ssh(
              List.of("-R", "/workspace/remote.sock:" + file("here.sock")),
              "stat -c %U:%a /workspace/remote.sock; perl /workspace/ask-unix.pl"
                  + " /workspace/remote.sock");
      assertThat(outcome.text()).isEqualTo("gitpod:600\noutside hello");
    }
    await()
        .untilAsserted(() -> assertThat(ssh("ls /workspace/remote.sock").exitCode()).isNotZero());
  }

  @Test
  void an_agent_is_forwarded_to_its_own_session_only() throws Exception {
    var client =
        String.join(" ", line("ssh", List.of("-A"), host(), "'ssh-add -l; echo $SSH_AUTH_SOCK'"));
    var script =
        "eval $(ssh-agent) >/dev/null; ssh-add -q "
            + file("mine")
            + "; "
            + client
            + "; code=$?; kill $SSH_AGENT_PID; exit $code";
    var outcome = Command.of("sh", "-c", script).run();

    assertThat(outcome.text()).contains("(ED25519)\n/tmp/ssh-");
    assertThat(ssh("echo _$SSH_AUTH_SOCK").text()).isEqualTo("_");
    await().untilAsserted(() -> assertThat(ssh("ls -d /tmp/ssh-*").exitCode()).isNotZero());
  }

  // What VS Code's Remote-SSH does.

  @Test
  void an_editor_installs_its_server_and_reaches_it_by_a_socket() throws Exception {
    var install =
        """
        mkdir -p ~/.editor && cd ~/.editor || exit 1
        echo "arch==$(uname -m)=="
        [ -f server.tgz ] || echo need
        """;
    var first = Command.of(line("ssh", List.of("-T"), host(), "bash")).reading(install).run();
    assertThat(first.text()).contains("arch==", "need");
    Files.writeString(folder.resolve("server.pl"), ECHO_TCP);
    Command.of("tar", "-C", folder.toString(), "-czf", file("server.tgz"), "server.pl")
        .orProblem("See it.");
    Command.of(
            line(
                "scp",
                List.of("-q", file("server.tgz")),
                host() + ":/home/gitpod/.editor/server.tgz"))
        .orProblem("See it.");
    int local = FreePorts.next();
    var start =
        "cd ~/.editor && tar xzf server.tgz; (perl server.pl 9933 >log 2>&1 &);"
            + " until grep -q listens log; do sleep 0.1; done; echo listeningOn==9933==; sleep 60\n";
    try (var kept =
        new Background(
            line(
                "ssh",
                List.of("-T", "-D", "127.0.0.1:" + local),
                host(),
                "bash -c '%s'".formatted(start)))) {
      kept.says("listeningOn==9933==");
      var proxy =
          new java.net.Proxy(
              java.net.Proxy.Type.SOCKS,
              new InetSocketAddress(InetAddress.getLoopbackAddress(), local));
      var socket = new Socket(proxy);
      socket.connect(InetSocketAddress.createUnresolved("127.0.0.1", 9933));
      assertThat(ask(socket)).isEqualTo("inside me\n");
    }
    // The connection broke; the server waits for the editor to come back.
    assertThat(ssh("pgrep -f 'server.pl 9933' >/dev/null && echo lives").text()).isEqualTo("lives");
    ssh("pkill -f 'server.pl 9933'");
  }

  // Who does not get in.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "octo-small-aaaaaaaaaaa",
        "root",
        "",
        "../../etc/passwd",
        "%1$s ",
        "%1$s#",
        "%1$s#wrong-token",
        "%1$s#%1$s"
      })
  void a_stranger_a_wrong_name_and_a_wrong_token_look_alike(String name) throws Exception {
    if (name.isEmpty()) return; // ssh itself would take the local user's name
    var outcome = refused("foreign", name.formatted(id));

    assertThat(outcome.exitCode()).isEqualTo(255);
    assertThat(outcome.errors())
        .contains("Permission denied (publickey,keyboard-interactive,password)");
  }

  @Test
  void a_foreign_key_opens_nothing_and_a_token_in_the_name_opens() throws Exception {
    assertThat(refused("foreign", id.value()).errors()).contains("Permission denied");
    var token = berth.api().door(id).token();
    assertThat(refused("foreign", id + "#" + token).exitCode()).isZero();
  }

  @Test
  void a_user_name_of_64_kib_is_refused_and_harms_nobody() throws Exception {
    assertThat(refused("mine", "a".repeat(64 << 10)).exitCode()).isEqualTo(255);
    assertThat(ssh("echo well").text()).isEqualTo("well");
  }

  @Test
  void bytes_that_are_no_ssh_harm_nobody() throws Exception {
    var random = new Random(7);
    for (int i = 0; i < 20; i++) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        var bytes = new byte[2000];
        random.nextBytes(bytes);
        if (i % 2 == 0) {
          socket.getOutputStream().write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        socket.getOutputStream().write(bytes);
      } catch (IOException _) {
        // it hung up first
      }
    }
    assertThat(ssh("echo well").text()).isEqualTo("well");
  }

  // The block in ~/.ssh/config.

  @Test
  void the_command_writes_its_block_and_takes_it_out_again() throws Exception {
    var config = folder.resolve("config");
    var own = "# mine\nHost other\n  User me\n";
    Files.writeString(config, own);

    assertThat(berth.berth("ssh-config", "--file", config.toString()).exitCode()).isZero();
    assertThat(berth.berth("ssh-config", "--file", config.toString()).exitCode()).isZero();

    assertThat(config).content().startsWith(own).containsOnlyOnce("# BEGIN berth");
    for (var name : List.of(id.value(), id + "@berth.localhost")) expectIn(config, name);
    assertThat(berth.berth("ssh-config", "--file", config.toString(), "--remove").exitCode())
        .isZero();
    assertThat(config).content().isEqualTo(own);
  }

  @Test
  void what_the_command_prints_serves_a_machine_that_has_nothing_of_berth() throws Exception {
    var block = berth.berth("ssh-config", "--print").text();
    var known = "UserKnownHostsFile " + folder.resolve("known");

    expectIn(Files.writeString(folder.resolve("printed"), known + "\n" + block), id.value());
  }

  private void expectIn(Path config, String name) throws InterruptedException {
    var line = List.of("-F", config.toString(), "-i", file("mine"), "-o", "BatchMode=yes", name);
    var command = new ArrayList<>(List.of("ssh"));
    command.addAll(line);
    command.add("echo in");
    var outcome = Command.of(command).run();
    assertThat(outcome.text()).as(outcome.errors()).isEqualTo("in");
  }

  // Stop.

  @Test
  void a_stopped_workspace_says_so_and_its_connections_end() throws Exception {
    var other = berth.api().run(git.url("octo/small")).id();
    var line = new ArrayList<>(List.of("ssh"));
    line.addAll(options("mine"));
    var in = folder.resolve("in");
    line.addAll(List.of("-o", "PermitLocalCommand=yes", "-o", "LocalCommand=touch '" + in + "'"));
    line.addAll(List.of("-N", other + "@127.0.0.1"));
    try (var client = new Background(line)) {
      await().until(() -> Files.exists(in));

      berth.api().stop(other);
      berth.api().stopped(other);

      assertThat(client.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      client.says("was stopped");
    }
    var outcome = refused("mine", other.value());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.errors()).contains("is not running", "berth start " + other);
    berth.api().delete(other);
    berth.api().gone(other);
  }

  // Helpers.

  private void put(String name, String text) throws InterruptedException {
    Command.of(line("ssh", List.of(), host(), "cat > /workspace/" + name))
        .reading(text)
        .orProblem("See it.");
  }

  /** Sends a line and hears all that comes back; empty where the other side hangs up. */
  private static String ask(Socket socket) {
    try (socket) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write("me\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "";
    }
  }

  private static void answer(ServerSocket here) {
    Thread.ofVirtual()
        .start(() -> {
          try (var came = here.accept()) {
            came.getInputStream().read(new byte[100]);
            came.getOutputStream().write("outside hello\n".getBytes(StandardCharsets.US_ASCII));
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }
}
