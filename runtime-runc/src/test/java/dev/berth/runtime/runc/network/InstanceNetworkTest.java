package dev.berth.runtime.runc.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceNetworkTest {
  private static final String TAG = "7e57ed";

  @TempDir Path folder;

  private Process instance;

  @BeforeEach
  void make_a_network_namespace() throws IOException {
    instance = namespace();
  }

  private static Process namespace() throws IOException {
    var process = new ProcessBuilder("unshare", "--net", "sleep", "60").start();
    var own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
    var its = Path.of("/proc", Long.toString(process.pid()), "ns", "net");
    while (Files.readSymbolicLink(its).equals(own)) Thread.onSpinWait();
    return process;
  }

  @AfterEach
  void remove_it() throws InterruptedException {
    instance.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
  }

  @Test
  void a_resolver_on_the_host_s_loopback_answers_instances_and_nothing_else_of_it_does()
      throws Exception {
    var network = open(NetworkOptions.DEFAULT, new Resolver.Loopback("127.0.0.5"));
    try (var resolver = new DatagramSocket(new InetSocketAddress("127.0.0.5", 53));
        var other = new DatagramSocket(new InetSocketAddress("0.0.0.0", 0))) {
      Thread.ofVirtual().start(() -> answerAll(resolver));
      Thread.ofVirtual().start(() -> answerAll(other));
      var gateway = network.resolvConf().replace("nameserver ", "").strip();

      assertThat(ask(gateway, 53)).isEqualTo("answer to: question");
      assertThat(askInVain(gateway, other.getLocalPort())).isEmpty();
      assertThat(askInVain("127.0.0.5", 53)).isEmpty();
    } finally {
      network.dismantle();
    }
  }

  @Test
  void no_instance_fills_the_machine_s_table_of_connections() throws Exception {
    var network = open(NetworkOptions.DEFAULT, new Resolver.Loopback("127.0.0.6"));
    try (var resolver = new DatagramSocket(new InetSocketAddress("127.0.0.6", 53))) {
      var gateway = network.resolvConf().replace("nameserver ", "").strip();
      Thread.ofVirtual().start(() -> answer(resolver));
      assertThat(ask(gateway, 53)).isEqualTo("answer to: question");

      var many =
          """
          import socket
          for port in range(20000, 40000):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
              one.bind(("", port))
              one.sendto(b"x", ("%s", 53))
          """
              .formatted(gateway);
      var namespace = "--net=/proc/%d/ns/net".formatted(instance.pid());
      Command.of("nsenter", namespace, "python3", "-c", many).orProblem("See the message.");
      drain(resolver);
      Thread.ofVirtual().start(() -> answer(resolver));

      assertThat(askInVain(gateway, 53)).isEmpty();
    } finally {
      network.dismantle();
    }
  }

  /** The host knows where the one before was, for as long as another keeps the bridge up. */
  @Test
  void one_that_follows_another_at_its_address_is_reached_at_once() throws Exception {
    var network = open(NetworkOptions.DEFAULT, new Resolver.Servers(List.of()));
    var other = namespace();
    try {
      link(network, other, 1);
      assertThat(isReached(network.address(0))).isTrue();

      instance.destroyForcibly().waitFor();
      instance = namespace();
      link(network, instance, 0);

      assertThat(isReached(network.address(0))).isTrue();
    } finally {
      other.destroyForcibly().waitFor();
      network.dismantle();
    }
  }

  /** Nobody listens there, which the instance says itself. */
  private static boolean isReached(String address) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, 9), 5000);
      return true;
    } catch (ConnectException e) {
      return String.valueOf(e.getMessage()).contains("refused");
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static void drain(DatagramSocket socket) throws IOException {
    socket.setSoTimeout(200);
    try {
      while (true) socket.receive(new DatagramPacket(new byte[512], 512));
    } catch (SocketTimeoutException e) {
      socket.setSoTimeout(0);
    }
  }

  @Test
  void resolvers_that_instances_can_reach_are_named_to_them() throws Exception {
    var network =
        open(NetworkOptions.DEFAULT, new Resolver.Servers(List.of("192.0.2.53", "192.0.2.54")));

    assertThat(network.resolvConf()).isEqualTo("nameserver 192.0.2.53\nnameserver 192.0.2.54\n");
    network.dismantle();
  }

  @Test
  void installations_that_start_at_once_pick_different_ranges() throws Exception {
    var opened = new ArrayList<InstanceNetwork>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var opening = new ArrayList<Future<InstanceNetwork>>();
      for (int i = 0; i < 4; i++) {
        var tag = "7e57f" + i;
        opening.add(
            threads.submit(() ->
                InstanceNetwork.open(
                    tag,
                    folder.resolve(tag),
                    NetworkOptions.DEFAULT,
                    new Resolver.Servers(List.of()))));
      }
      for (var one : opening) opened.add(one.get());
      assertThat(opened).extracting(network -> network.address(3)).doesNotHaveDuplicates();
    } finally {
      for (var one : opened) one.dismantle();
    }
  }

  @Test
  void the_range_that_was_picked_is_kept_and_another_installation_picks_another() throws Exception {
    var resolver = new Resolver.Servers(List.of());
    var first = open(NetworkOptions.DEFAULT, resolver);
    var again = open(NetworkOptions.DEFAULT, resolver);
    var other =
        InstanceNetwork.open("7e57ee", folder.resolve("other"), NetworkOptions.DEFAULT, resolver);
    try {
      assertThat(again.address(3)).isEqualTo(first.address(3)).endsWith(".5");
      assertThat(other.address(3)).isNotEqualTo(first.address(3));
    } finally {
      first.dismantle();
      other.dismantle();
    }
  }

  @Test
  void private_ranges_are_blocked_where_the_operator_wants_it() throws Exception {
    var options =
        new NetworkOptions(
            Optional.of(Subnet.parse("10.99.64.0/20")), true, List.of(Subnet.parse("10.1.2.0/24")));
    var network = open(options, new Resolver.Servers(List.of("192.168.1.1")));
    try {
      var rules = Command.of("nft", "list", "chain", "inet", "berth-" + TAG, "guard").run().text();

      assertThat(rules).contains("10.1.2.0/24", "192.168.1.1", "172.16.0.0/12");
      for (var closed : List.of("172.16.0.1", "169.254.169.254", "10.99.64.1", "10.99.64.9")) {
        assertThat(connect(closed)).as(closed).contains("No route to host");
      }
      assertThat(network.address(0)).isEqualTo("10.99.64.2");
      assertThat(network.capacity()).isEqualTo(4093);
    } finally {
      network.dismantle();
    }
  }

  @Test
  void the_clouds_own_services_are_out_of_reach_but_for_a_name_server_there() throws Exception {
    var network = open(NetworkOptions.DEFAULT, new Resolver.Servers(List.of("168.63.129.16")));
    try {
      var rules = Command.of("nft", "list", "chain", "inet", "berth-" + TAG, "guard").run().text();

      var refused = rules.lines().filter(line -> line.contains("169.254.0.0/16")).toList();
      assertThat(refused).singleElement().asString().contains(" reject ");
      assertThat(refused.getFirst()).contains("100.100.100.200", "168.63.129.16", "192.0.0.192");
      assertThat(rules).containsPattern("168\\.63\\.129\\.16 .*dport 53 accept");
      assertThat(rules.indexOf("dport 53 accept")).isLessThan(rules.indexOf(refused.getFirst()));
    } finally {
      network.dismantle();
    }
  }

  @Test
  void the_servers_behind_systemd_s_stub_are_preferred_to_it() throws Exception {
    var etc = Files.writeString(folder.resolve("etc"), "nameserver 127.0.0.53\noptions edns0\n");
    var behind = Files.writeString(folder.resolve("behind"), "nameserver 192.0.2.1\n");
    var none = folder.resolve("none");

    assertThat(Resolver.ofHost(etc, behind)).isEqualTo(new Resolver.Servers(List.of("192.0.2.1")));
    assertThat(Resolver.ofHost(etc, none)).isEqualTo(new Resolver.Loopback("127.0.0.53"));
    assertThat(Resolver.ofHost(none, none)).isEqualTo(new Resolver.Servers(List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1/18", "10.0.0.0/33", "10.0.0/8", "300.0.0.0/8", "", "::/0"})
  void what_is_no_range_of_addresses_is_refused(String text) {
    assertThatThrownBy(() -> Subnet.parse(text)).isInstanceOf(Problem.Invalid.class);
  }

  /** The network, with {@link #instance} linked to it as number 0. */
  private InstanceNetwork open(NetworkOptions options, Resolver resolver)
      throws IOException, InterruptedException {
    var network = InstanceNetwork.open(TAG, folder.resolve("network.json"), options, resolver);
    link(network, instance, 0);
    return network;
  }

  private static void link(InstanceNetwork network, Process to, int number)
      throws InterruptedException {
    var script =
        "set -e; pid=%d\n%s".formatted(to.pid(), network.linkScript(number, OptionalInt.empty()));
    Command.of("sh", "-c", script).orProblem("See the message.");
  }

  /** What is answered; asked again, as resolvers do, where a packet was lost. */
  private String ask(String host, int port) throws InterruptedException {
    return ask(host, port, 20);
  }

  /** Nothing where nobody answers for a second. */
  private String askInVain(String host, int port) throws InterruptedException {
    return ask(host, port, 1);
  }

  private String ask(String host, int port, int seconds) throws InterruptedException {
    var question =
        "exec 3<>/dev/udp/%s/%d; for i in $(seq %d); do echo question >&3; timeout 1 head -n 1 <&3 && exit; done"
            .formatted(host, port, seconds);
    var namespace = "--net=/proc/%d/ns/net".formatted(instance.pid());
    return Command.of("nsenter", namespace, "bash", "-c", question).run().text();
  }

  /** What is said of a connection there; nothing where nobody answers for 5 s. */
  private String connect(String host) throws InterruptedException {
    var connection = "exec 3<>/dev/tcp/%s/80".formatted(host);
    var namespace = "--net=/proc/%d/ns/net".formatted(instance.pid());
    return Command.of("nsenter", namespace, "timeout", "5", "bash", "-c", connection)
        .run()
        .errors();
  }

  private static void answerAll(DatagramSocket socket) {
    while (!socket.isClosed()) answer(socket);
  }

  private static void answer(DatagramSocket socket) {
    try {
      var packet = new DatagramPacket(new byte[512], 512);
      socket.receive(packet);
      var question = new String(packet.getData(), 0, packet.getLength(), UTF_8).strip();
      var answer = ("answer to: " + question + "\n").getBytes(UTF_8);
      InetAddress from = packet.getAddress();
      socket.send(new DatagramPacket(answer, answer.length, from, packet.getPort()));
    } catch (IOException e) {
      return; // the test has ended
    }
  }
}
