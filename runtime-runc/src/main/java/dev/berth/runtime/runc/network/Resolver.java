package dev.berth.runtime.runc.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Who answers the instances' questions for names. */
sealed interface Resolver {
  /** Servers that instances can reach themselves. */
  record Servers(List<String> addresses) implements Resolver {
    public Servers {
      addresses = List.copyOf(addresses);
    }
  }

  /** One that listens on the host's loopback only; the bridge's address stands for it. */
  record Loopback(String address) implements Resolver {}

  /**
   * The host's. systemd-resolved's stub on 127.0.0.53 is passed by for the servers behind it, which
   * it keeps in a file of its own.
   */
  static Resolver ofHost(Path etc, Path systemd) throws IOException {
    var servers = servers(etc);
    var reachable = servers.stream().filter(server -> !server.startsWith("127.")).toList();
    if (!reachable.isEmpty()) return new Servers(reachable);
    var behind = servers(systemd).stream().filter(server -> !server.startsWith("127.")).toList();
    if (!behind.isEmpty()) return new Servers(behind);
    return servers.isEmpty() ? new Servers(List.of()) : new Loopback(servers.getFirst());
  }

  private static List<String> servers(Path file) throws IOException {
    if (!Files.isReadable(file)) return List.of();
    return Files.readAllLines(file).stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length > 1 && words[0].equals("nameserver"))
        .map(words -> words[1])
        .filter(address -> address.matches("[0-9.]{7,15}")) // instances have no IPv6
        .limit(3) // as many as resolv.conf(5) takes
        .toList();
  }
}
