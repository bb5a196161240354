package dev.berth.supervisor.ports;

import dev.berth.protocol.Port;
import dev.berth.protocol.inside.InstanceStatus.ServedPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks into the kernel's tables of sockets again and again. */
public final class ListeningPorts {
  /** A person who starts a server does not notice a second. */
  private static final long PERIOD_MILLIS = 1000;

  /**
   * More servers than these nobody reads of; a scan of all ports from inside stays a short list.
   */
  private static final int PORTS_MAX = 500;

  private static final System.Logger LOG = System.getLogger(ListeningPorts.class.getName());

  private final Path net;
  private final Runnable changed;
  private volatile List<ServedPort> served = List.of();

  /**
   * @param net /proc/net of the instance
   */
  public ListeningPorts(Path net, Runnable changed) {
    this.net = net;
    this.changed = changed;
  }

  public List<ServedPort> served() {
    return served;
  }

  /** Looks until it is interrupted. */
  public void run() {
    try {
      while (true) {
        look();
        Thread.sleep(PERIOD_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once. */
  public void look() {
    var seen = new TreeMap<Integer, Boolean>();
    for (var table : List.of("tcp", "tcp6")) {
      try {
        if (Files.exists(net.resolve(table))) read(net.resolve(table), seen);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "cannot read the table of sockets " + table, e);
        return;
      }
    }
    var now =
        seen.entrySet().stream()
            .limit(PORTS_MAX)
            .map(entry -> new ServedPort(entry.getKey(), entry.getValue()))
            .toList();
    if (now.equals(served)) return;
    served = now;
    changed.run();
  }

  private static void read(Path table, Map<Integer, Boolean> seen) throws IOException {
    try (var lines = Files.newBufferedReader(table, StandardCharsets.US_ASCII)) {
      lines.readLine(); // the head
      for (var line = lines.readLine(); line != null; line = lines.readLine()) note(line, seen);
    }
  }

  /** A line such as {@code 0: 0100007F:1F90 00000000:0000 0A ...}, proc_net_tcp(5). */
  private static void note(String line, Map<Integer, Boolean> seen) {
    int address = line.indexOf(':') + 2;
    int colon = line.indexOf(':', address);
    if (colon < 0 || colon + 5 > line.length()) return;
    int state = line.indexOf(' ', line.indexOf(' ', colon) + 1) + 1;
    if (!line.startsWith("0A", state)) return; // TCP_LISTEN
    int port = Integer.parseInt(line, colon + 1, colon + 5, 16);
    if (Port.isOurs(port)) return;
    seen.merge(port, loopback(line.substring(address, colon)), Boolean::logicalAnd);
  }

  /** Whether an address as the table has it, in 32-bit words of little-endian order, is local. */
  private static boolean loopback(String words) {
    if (words.length() == 8) return words.endsWith("7F");
    return words.equals("00000000000000000000000001000000")
        || (words.startsWith("0000000000000000FFFF0000") && words.endsWith("7F"));
  }
}
