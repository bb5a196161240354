package dev.berth.runtime.runc.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The host's IPv4 routes, as /proc/net/route tells them. */
final class Routes {
  private record Route(String link, Subnet to) {}

  private final List<Route> routes;

  private Routes(List<Route> routes) {
    this.routes = routes;
  }

  static Routes read() throws IOException {
    return new Routes(
        Files.readAllLines(Path.of("/proc/net/route")).stream()
            .skip(1)
            .map(line -> line.split("\\s+"))
            .filter(columns -> columns.length > 7)
            .map(columns -> new Route(columns[0], subnet(columns[1], columns[7])))
            .toList());
  }

  /** The kernel prints addresses as they lie in memory: the last byte first. */
  private static Subnet subnet(String address, String mask) {
    int bits = Integer.bitCount(Integer.parseUnsignedInt(mask, 16));
    int first = Integer.reverseBytes(Integer.parseUnsignedInt(address, 16));
    return new Subnet(first & Subnet.mask(bits), bits);
  }

  /** Whether packets to some of {@code subnet} have a way of their own that is not {@code link}. */
  boolean use(Subnet subnet, String link) {
    return routes.stream()
        .anyMatch(route ->
            route.to().bits() > 0 && !route.link().equals(link) && route.to().overlaps(subnet));
  }

  /** The links that lead to the rest of the world, the preferred one first. */
  List<String> outgoing() {
    return routes.stream().filter(route -> route.to().bits() == 0).map(Route::link).toList();
  }
}
