package dev.berth.gateway.control;

import dev.berth.base.Problem;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Pattern;

/** Where control is. */
public sealed interface ControlHosts {
  /** One that has no other beside it. */
  record At(InetSocketAddress address) implements ControlHosts {}

  /** Some of which one leads; a name may mean several, and others tomorrow. */
  record Among(List<Host> hosts) implements ControlHosts {
    public Among {
      hosts = List.copyOf(hosts);
    }
  }

  /** A name or an address, and a port. */
  record Host(String name, int port) {
    private static final Pattern FORM =
        Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[^:/\\s]+):(\\d{1,5})");

    /** {@link Problem.Invalid} where {@code text} is no host:port. */
    public static Host parse(String text) {
      var parts = FORM.matcher(text);
      int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
      if (port < 1 || port > 65535) {
        throw new Problem.Invalid(
            "\"%s\" is no address of a control.".formatted(text),
            "Write host:port, as berth-control:8484.");
      }
      return new Host(parts.group(1), port);
    }

    @Override
    public String toString() {
      return name + ":" + port;
    }
  }
}
