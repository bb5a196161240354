package dev.berth.runtime.runc;

import dev.berth.base.process.Command;
import dev.berth.runtime.runc.network.InstanceNetwork;
import dev.berth.runtime.runc.network.NetworkOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * A process in a network namespace of its own, which stands for a host with Docker: it drops what
 * it forwards, and has a bridge with a container. Prints what an instance on it reaches.
 */
final class DroppingHost {
  private static final String CONTAINER = "172.17.0.2";

  private DroppingHost() {}

  /** {@code FOLDER}, with an index.html in its folder {@code pages}. */
  public static void main(String[] arguments) throws Exception {
    var folder = Path.of(arguments[0]);
    var pages = folder.resolve("pages");
    sh("ip link set lo up; iptables -P FORWARD DROP");
    var container = namespace("exec busybox httpd -f -p 80 -h " + pages);
    var instance = namespace("exec sleep 600");
    try (var _ = Internet.open(pages)) {
      sh("ip route add default via " + Internet.ADDRESS);
      sh(
          """
          ip link add docker0 type bridge && ip addr add 172.17.0.1/16 dev docker0
          ip link set docker0 up && ip link add c0 type veth peer name eth0 netns %1$d
          ip link set c0 master docker0 up
          nsenter --net=/proc/%1$d/ns/net sh -ec 'ip addr add %2$s/16 dev eth0; ip link set eth0 up
            ip route add default via 172.17.0.1'
          """
              .formatted(container.pid(), CONTAINER));
      for (int turn = 0; turn < 2; turn++) open(folder).ensure();
      var network = open(folder);
      sh("pid=%d\n%s".formatted(instance.pid(), network.linkScript(0, OptionalInt.empty())));

      say("internet", fetch(instance.pid(), Internet.ADDRESS));
      say("container from the host", fetch(ProcessHandle.current().pid(), CONTAINER));
      say("container", fetchInVain(instance.pid(), CONTAINER));
      say("rules", iptables());
      network.dismantle();
      say("rules after", iptables());
    } finally {
      container.destroyForcibly().waitFor();
      instance.destroyForcibly().waitFor();
    }
  }

  private static InstanceNetwork open(Path folder) throws IOException, InterruptedException {
    return InstanceNetwork.open("7e57ef", folder.resolve("network"), NetworkOptions.DEFAULT);
  }

  private static Process namespace(String script) throws IOException {
    var process = new ProcessBuilder("unshare", "--net", "sh", "-c", script).start();
    var its = Path.of("/proc", Long.toString(process.pid()), "ns", "net");
    var own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
    while (Files.readSymbolicLink(its).equals(own)) Thread.onSpinWait();
    return process;
  }

  /** Of who may have begun to listen only now. */
  private static String fetch(long from, String address) throws InterruptedException {
    return curl(from, "-sS --retry 20 --retry-all-errors --retry-delay 1 --max-time 10", address);
  }

  /** Of who answered before, and is not to be reached from there. */
  private static String fetchInVain(long from, String address) throws InterruptedException {
    return curl(from, "-sS --max-time 2", address);
  }

  private static String curl(long from, String how, String address) throws InterruptedException {
    var script =
        "nsenter --net=/proc/%d/ns/net curl %s http://%s/ || echo no".formatted(from, how, address);
    return Command.of("sh", "-c", script).within(Duration.ofMinutes(1)).run().text();
  }

  private static String iptables() throws InterruptedException {
    return Long.toString(
        Command.of("iptables", "-S", "FORWARD").run().text().lines().skip(1).count());
  }

  private static void sh(String script) throws InterruptedException {
    Command.of("sh", "-ec", script).orProblem("See the message.");
  }

  private static void say(String what, String value) {
    System.out.println(what + ": " + value);
  }
}
