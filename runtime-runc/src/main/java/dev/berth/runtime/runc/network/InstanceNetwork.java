package dev.berth.runtime.runc.network;

import dev.berth.base.Problem;
import dev.berth.base.file.FileLocks;
import dev.berth.base.json.Json;
import dev.berth.base.process.Command;
import dev.berth.protocol.inside.Outlet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One installation's bridge and rules, and each instance's link to it. Any thread may call; the
 * state is the kernel's, and the range picked, in a file.
 */
public final class InstanceNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceNetwork.class);

  /** ip and nft take milliseconds; a machine that swaps may take seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String REMEDY =
      "See that this kernel has bridge, veth and nf_tables, and that Berth runs as root outside of"
          + " containers.";

  /**
   * Clouds' metadata services that do not lie in the link-local network: Alibaba, Azure, Oracle.
   */
  private static final List<String> METADATA =
      List.of("100.100.100.200", "168.63.129.16", "192.0.0.192");

  /** Who tries a way that is closed is told so at once, and does not wait for minutes. */
  private static final String REFUSED = "reject with icmpx admin-prohibited";

  /** The bridge has the first address after the network's own. */
  private static final int GATEWAY = 1;

  /** Sixteen thousand addresses: more workspaces than a machine's disk holds. */
  private static final int BITS = 18;

  /** Programs that open thousands of connections at once are load tests. */
  private static final int MOST_CONNECTIONS = 16_384;

  /** No instance has more than this part of the machine's table. */
  private static final int SHARES = 8;

  /** A range is another's from when its bridge is there, so installations pick one by one. */
  private static final FileLocks MACHINE = new FileLocks(_ -> Path.of("/run/berth-network.lock"));

  private final String tag;
  private final Subnet subnet;
  private final NetworkOptions options;
  private final int mtu;
  private final Resolver resolver;

  private InstanceNetwork(
      String tag, Subnet subnet, NetworkOptions options, int mtu, Resolver resolver) {
    this.tag = tag;
    this.subnet = subnet;
    this.options = options;
    this.mtu = mtu;
    this.resolver = resolver;
  }

  private record Saved(Subnet subnet) {}

  /**
   * Finds or picks the range and sets up bridge and rules.
   *
   * @param tag six hexadecimal digits that tell this installation's links from others'
   * @param saved where the picked range is kept
   */
  public static InstanceNetwork open(String tag, Path saved, NetworkOptions options)
      throws IOException, InterruptedException {
    var etc = Path.of("/etc/resolv.conf");
    var systemd = Path.of("/run/systemd/resolve/resolv.conf");
    return open(tag, saved, options, Resolver.ofHost(etc, systemd));
  }

  static InstanceNetwork open(String tag, Path saved, NetworkOptions options, Resolver resolver)
      throws IOException, InterruptedException {
    try (var _ = MACHINE.take("ranges")) {
      var routes = Routes.read();
      var subnet = subnet(saved, options, routes, bridge(tag));
      var mtu = mtu(routes.outgoing().stream().findFirst());
      var network = new InstanceNetwork(tag, subnet, options, mtu, resolver);
      network.ensure();
      return network;
    }
  }

  private static Subnet subnet(Path saved, NetworkOptions options, Routes routes, String bridge)
      throws IOException {
    if (options.subnet().isPresent()) return options.subnet().get();
    if (Files.exists(saved)) {
      var before = Json.read(Files.readAllBytes(saved), Saved.class).subnet();
      if (!routes.use(before, bridge)) return before;
      LOG.warn("The range {} of the instances is in use by another network now.", before);
    }
    var picked = pick(routes, bridge);
    var next = saved.resolveSibling(saved.getFileName() + ".new");
    Files.write(next, Json.bytes(new Saved(picked)));
    Files.move(next, saved, StandardCopyOption.ATOMIC_MOVE);
    return picked;
  }

  private static Subnet pick(Routes routes, String bridge) {
    // High in 10/8 first, where office networks seldom are; a /18 each.
    for (int second = 214; second > 128; second--) {
      for (int third = 0; third < 256; third += 64) {
        var candidate = new Subnet(10 << 24 | second << 16 | third << 8, BITS);
        if (!routes.use(candidate, bridge)) return candidate;
      }
    }
    throw new Problem.Unavailable(
        "No free range of private addresses was found for the workspaces' network.",
        "Name one that nothing else uses as network.subnet, for example 172.30.0.0/18.");
  }

  private static int mtu(Optional<String> outgoing) throws IOException {
    if (outgoing.isEmpty()) return 1500; // Ethernet's
    var file = Path.of("/sys/class/net", outgoing.get(), "mtu");
    return Integer.parseInt(Files.readString(file).strip());
  }

  /** Sets bridge and rules up where they are not; repeats without harm, for some milliseconds. */
  public void ensure() throws IOException, InterruptedException {
    var bridge = bridge(tag);
    if (!Files.exists(Path.of("/sys/class/net", bridge))) {
      var lines =
          """
          link add name %1$s mtu %2$d type bridge forward_delay 0
          addr add %3$s/%4$d dev %1$s
          link set %1$s up
          """
              .formatted(bridge, mtu, gateway(), subnet.bits());
      Command.of("ip", "-batch", "-").reading(lines).within(PATIENCE).orProblem(REMEDY);
    }
    write("/proc/sys/net/ipv6/conf/%s/disable_ipv6".formatted(bridge), "1");
    if (resolver instanceof Resolver.Loopback) {
      write("/proc/sys/net/ipv4/conf/%s/route_localnet".formatted(bridge), "1");
    }
    if (write("/proc/sys/net/ipv4/ip_forward", "1")) {
      LOG.info("Switched on net.ipv4.ip_forward, so that workspaces reach the network.");
    }
    Command.of("nft", "-f", "-").reading(rules()).within(PATIENCE).orProblem(REMEDY);
    boundConnections();
    new HostFilter(bridge).letThrough();
  }

  /**
   * The machine's table of connections is one for all: who fills it takes the network from the host
   * and from everybody. So each instance has a share; what goes beyond is dropped.
   */
  private void boundConnections() throws IOException, InterruptedException {
    var lines =
        """
        add set inet berth-%1$s connections { type ipv4_addr; size %2$d; flags dynamic; }
        insert rule inet berth-%1$s guard iifname "%3$s" ip saddr %4$s ct state new add @connections { ip saddr ct count over %5$d } drop
        """
            .formatted(tag, 1 << (32 - subnet.bits()), bridge(tag), subnet, mostConnections());
    var done = Command.of("nft", "-f", "-").reading(lines).within(PATIENCE).run();
    if (!done.ok()) {
      LOG.warn("Workspaces' connections are not bounded; this kernel cannot: {}", done.errors());
    }
  }

  private static int mostConnections() throws IOException {
    var most = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");
    if (!Files.exists(most)) return MOST_CONNECTIONS;
    int share = Integer.parseInt(Files.readString(most).strip()) / SHARES;
    return Math.min(MOST_CONNECTIONS, Math.max(1024, share));
  }

  /** Whether it had to be changed; a file that is not there (no IPv6) needs nothing. */
  private static boolean write(String file, String value) throws IOException {
    var path = Path.of(file);
    if (!Files.exists(path) || Files.readString(path).strip().equals(value)) return false;
    Files.writeString(path, value, StandardCharsets.US_ASCII);
    return true;
  }

  /**
   * All rules in one transaction, in a table of ours; other tables stay as they are. {@code guard}
   * comes before any address is rewritten, so that a port which the host publishes for something
   * else is out of reach too. {@code output} keeps the host's own users from what listens in an
   * instance, which often asks nobody who he is: they come by the gateway, as everybody does.
   */
  private String rules() throws IOException {
    var bridge = bridge(tag);
    return """
    table inet berth-%1$s {}
    delete table inet berth-%1$s
    table inet berth-%1$s {
      chain guard {
        type filter hook prerouting priority -150; policy accept;
        iifname != "%2$s" accept
        meta nfproto ipv6 drop
        ip saddr != %3$s drop
        ct state established,related accept
    %4$s
        fib daddr type { broadcast, multicast } drop
        fib daddr type local %12$s
    %10$s
        ip daddr { 127.0.0.0/8, 224.0.0.0/3 } drop
        ip daddr { 169.254.0.0/16, %11$s } %12$s
        ip daddr %3$s %12$s
    %5$s
      }
      chain names {
        type nat hook prerouting priority -100; policy accept;
    %6$s
      }
      chain input {
        type filter hook input priority -10; policy accept;
        iifname != "%2$s" accept
        ct state established,related accept
    %7$s
        drop
      }
      chain forward {
        type filter hook forward priority -10; policy accept;
        oifname "%2$s" ct state established,related accept
        oifname "%2$s" drop
    %9$s
      }
      chain output {
        type filter hook output priority -10; policy accept;
        oifname != "%2$s" accept
        ct state established,related accept
        meta skuid != 0 drop
      }
      chain replies {
        type nat hook input priority 100; policy accept;
    %8$s
      }
      chain outgoing {
        type nat hook postrouting priority 100; policy accept;
        ip saddr %3$s oifname != "%2$s" masquerade
      }
    }
    """
        .formatted(
            tag,
            bridge,
            subnet,
            allowNames(),
            privateRules(),
            redirect(),
            acceptNames(),
            answer(),
            otherBridges(),
            namesAtMetadata(),
            String.join(", ", METADATA),
            REFUSED);
  }

  /**
   * Containers and virtual machines of this host are its own affair, as its addresses are; only a
   * bridge that leads to the rest of the world is a way for instances.
   */
  private String otherBridges() throws IOException {
    var ways = Routes.read().outgoing().stream().map("\"%s\""::formatted).toList();
    var but = ways.isEmpty() ? "" : "oifname != { %s } ".formatted(String.join(", ", ways));
    var allowed = options.allow().stream().map(Subnet::toString).toList();
    var to = allowed.isEmpty() ? "" : "ip daddr != { %s } ".formatted(String.join(", ", allowed));
    return "iifname \"%s\" meta oifkind \"bridge\" %s%s%s".formatted(bridge(tag), but, to, REFUSED);
  }

  /** A cloud's name server may answer at the address of its metadata service. */
  private String namesAtMetadata() {
    return servers().stream()
        .filter(METADATA::contains)
        .map("ip daddr %s meta l4proto { udp, tcp } th dport 53 accept"::formatted)
        .collect(Collectors.joining("\n"));
  }

  private String allowNames() {
    return switch (resolver) {
      case Resolver.Servers _ -> "";
      case Resolver.Loopback _ ->
          "ip daddr %s meta l4proto { udp, tcp } th dport 53 accept".formatted(gateway());
    };
  }

  private String redirect() {
    return switch (resolver) {
      case Resolver.Servers _ -> "";
      case Resolver.Loopback(var address) ->
          "iifname \"%s\" ip daddr %s meta l4proto { udp, tcp } th dport 53 dnat ip to %s"
              .formatted(bridge(tag), gateway(), address);
    };
  }

  private String acceptNames() {
    return switch (resolver) {
      case Resolver.Servers _ -> "";
      case Resolver.Loopback(var address) ->
          "ct status dnat ip daddr %s meta l4proto { udp, tcp } th dport 53 accept"
              .formatted(address);
    };
  }

  /** Resolvers on loopback answer nobody but loopback, so the question comes from there. */
  private String answer() {
    return switch (resolver) {
      case Resolver.Servers _ -> "";
      case Resolver.Loopback(var address) ->
          "iifname \"%s\" ip daddr %s snat ip to 127.0.0.1".formatted(bridge(tag), address);
    };
  }

  private String privateRules() {
    if (!options.blockPrivate()) return "";
    var allowed =
        Stream.concat(options.allow().stream().map(Subnet::toString), servers().stream())
            .collect(Collectors.joining(", "));
    var exception = allowed.isEmpty() ? "" : "ip daddr { %s } accept\n".formatted(allowed);
    return exception
        + "ip daddr { 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16 } "
        + REFUSED;
  }

  private List<String> servers() {
    return switch (resolver) {
      case Resolver.Servers(var addresses) -> addresses;
      case Resolver.Loopback _ -> List.of(gateway());
    };
  }

  /** The address of the instance with that number, from 0 on. */
  public String address(int number) {
    return subnet.at(GATEWAY + 1 + number);
  }

  /** How many instances have an address. */
  public int capacity() {
    return subnet.size() - GATEWAY - 2; // the last one is for broadcasts
  }

  private String gateway() {
    return subnet.at(GATEWAY);
  }

  /** An instance's /etc/resolv.conf. */
  public String resolvConf() {
    return servers().stream().map("nameserver %s\n"::formatted).collect(Collectors.joining());
  }

  /**
   * Lines for sh that link the network namespace of the process {@code $pid} to the bridge. The
   * link of an instance that has just ended may still be there.
   *
   * @param outlet the port at which programs inside look for the {@link Outlet}, where it has one
   */
  public String linkScript(int number, OptionalInt outlet) {
    return linkScript(number, outlet.isPresent() ? toOutlet(outlet.getAsInt()) : "");
  }

  /**
   * What goes to the outlet's address at the public port comes to the supervisor's. The supervisor
   * cannot listen at the public port itself: a user's program that takes the same port of all
   * addresses, say 8080, would be refused it. Not by nat, which would make the kernel keep a table
   * of the instance's connections.
   */
  private static String toOutlet(int port) {
    return """
    nsenter --net=/proc/$pid/ns/net nft -f - <<END
    table ip berth {
      chain outlet {
        type filter hook output priority 0; policy accept;
        ip daddr %2$s tcp dport %1$d tcp dport set %3$d
        ip saddr %2$s tcp sport %3$d tcp sport set %1$d
      }
    }
    END
    """
        .formatted(port, Outlet.ADDRESS, Outlet.PORT);
  }

  private String linkScript(int number, String more) {
    return """
    [ ! -e /sys/class/net/%1$s ] || ip link del %1$s || :
    ip -batch - <<END
    link add name %1$s mtu %3$d master %2$s type veth peer name eth0 address %8$s mtu %3$d netns $pid
    link set %1$s type bridge_slave isolated on
    link set %1$s up
    END
    nsenter --net=/proc/$pid/ns/net sh -ec '
      ! cd /proc/sys/net/ipv6/conf/eth0 || echo 1 > disable_ipv6
      exec ip -batch -
    ' <<END
    link set lo up
    addr add %4$s/%5$d broadcast + dev eth0
    link set eth0 up
    route add default via %6$s
    END
    %7$s\
    """
        .formatted(
            link(number),
            bridge(tag),
            mtu,
            address(number),
            subnet.bits(),
            gateway(),
            more,
            hardwareAddress(number));
  }

  /**
   * The same for each instance with that number: the host goes on sending to the last one's for up
   * to a minute, as long as it has heard of it a moment ago and other instances keep the bridge up.
   */
  private String hardwareAddress(int number) {
    return Stream.of(address(number).split("\\."))
        .map(part -> "%02x".formatted(Integer.parseInt(part)))
        .collect(Collectors.joining(":", "02:be:", "")); // a local one, of nobody's make
  }

  /** Removes what is left of an instance's link; the kernel has usually done so. */
  public void unlink(int number) throws InterruptedException {
    var link = link(number);
    if (!Files.exists(Path.of("/sys/class/net", link))) return;
    Command.of("ip", "link", "del", link).within(PATIENCE).run();
  }

  /** Whether the instance's link is there. */
  public boolean linked(int number) {
    return Files.exists(Path.of("/sys/class/net", link(number)));
  }

  /** Removes bridge and rules: for the end of an installation. */
  public void dismantle() throws InterruptedException {
    new HostFilter(bridge(tag)).forget();
    Command.of("nft", "delete", "table", "inet", "berth-" + tag).within(PATIENCE).run();
    Command.of("ip", "link", "del", bridge(tag)).within(PATIENCE).run();
  }

  private static String bridge(String tag) {
    return "berth-" + tag;
  }

  /** At most 1 + 6 + 1 + 5 of the kernel's 15 characters. */
  private String link(int number) {
    return "b%s-%d".formatted(tag, number);
  }
}
