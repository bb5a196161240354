package dev.berth.base.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The proxy by which an installation reaches the outside, and what is never asked by it: this
 * machine, private addresses, names without a dot, the cluster's own ({@code .svc}, {@code
 * .cluster.local}) and what the operator excepts. Names are not looked up: the proxy may know those
 * that this machine does not.
 */
public final class OutwardProxy extends ProxySelector {
  /** As curl reads them, which git uses, and most programs. */
  private static final List<String> INNER =
      List.of(
          "localhost",
          "127.0.0.0/8",
          "::1",
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "100.64.0.0/10",
          "169.254.0.0/16",
          "fc00::/7",
          "fe80::/10",
          ".svc",
          ".cluster.local");

  private static final Pattern ADDRESS =
      Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");

  private final Optional<URI> http;
  private final Optional<URI> https;
  private final List<String> except;
  private final List<Spared> exceptions;

  /** A part of what is asked straight. */
  private interface Spared {
    boolean holds(String host, Optional<InetAddress> address);
  }

  /**
   * Changes nothing yet.
   *
   * @param http what {@code http://} is asked by; straight where empty
   * @param https what {@code https://} is asked by
   * @param except names, names with all below them ({@code .example.com}), addresses and ranges
   */
  public OutwardProxy(Optional<URI> http, Optional<URI> https, List<String> except) {
    this.http = http;
    this.https = https;
    this.except = List.copyOf(except);
    this.exceptions =
        Stream.concat(INNER.stream(), except.stream()).map(OutwardProxy::exception).toList();
  }

  /** The address of a proxy; its {@link IllegalArgumentException} says what must be. */
  public static URI parse(String text) {
    var uri = URI.create(text);
    boolean whole =
        "http".equals(uri.getScheme())
            && uri.getHost() != null
            && (uri.getPath().isEmpty() || uri.getPath().equals("/"));
    if (!whole) {
      throw new IllegalArgumentException(
          "must be the proxy's address, http://host:port, also for what is asked by https");
    }
    if (uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "must name no login: let the proxy know this machine by its address");
    }
    return uri;
  }

  /** One of {@code except}, checked; its {@link IllegalArgumentException} says what must be. */
  public static String parseException(String text) {
    exception(text);
    return text;
  }

  /** The same, which asks {@code hosts} straight, too. */
  public OutwardProxy sparing(List<String> hosts) {
    var all = new ArrayList<>(except);
    all.addAll(hosts);
    return new OutwardProxy(http, https, all);
  }

  /** Every client of this process that is made from now on goes by it. */
  public void begin() {
    ProxySelector.setDefault(this);
  }

  /** That of this process; empty where none was begun. */
  public static Optional<OutwardProxy> ofProcess() {
    return ProxySelector.getDefault() instanceof OutwardProxy proxy
        ? Optional.of(proxy)
        : Optional.empty();
  }

  /** Where the proxies themselves are. */
  public List<URI> addresses() {
    return Stream.of(http, https).flatMap(Optional::stream).distinct().toList();
  }

  /** What other programs are told, as curl and git read it. */
  public Map<String, String> variables() {
    var all = new TreeMap<String, String>();
    http.ifPresent(proxy -> all.put("http_proxy", proxy.toString()));
    https.ifPresent(proxy -> all.put("https_proxy", proxy.toString()));
    all.put("no_proxy", String.join(",", Stream.concat(INNER.stream(), except.stream()).toList()));
    return all;
  }

  /** The proxy for {@code uri}; empty for straight. */
  public Optional<URI> proxyFor(URI uri) {
    var host = Optional.ofNullable(uri.getHost()).orElse("").toLowerCase(Locale.ROOT);
    var address = address(host);
    boolean isName = address.isEmpty();
    if (host.isEmpty() || (isName && host.indexOf('.') < 0)) return Optional.empty();
    if (exceptions.stream().anyMatch(one -> one.holds(host, address))) return Optional.empty();
    return "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
  }

  @Override
  public List<Proxy> select(URI uri) {
    return List.of(
        proxyFor(uri)
            .map(proxy ->
                new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port(proxy))))
            .orElse(Proxy.NO_PROXY));
  }

  /** Who asks is told by whom it asks. */
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {}

  private static int port(URI proxy) {
    return proxy.getPort() < 0 ? 80 : proxy.getPort();
  }

  private static Spared exception(String text) {
    if (text.equals("*")) return (_, _) -> true;
    int slash = text.indexOf('/');
    var written = slash < 0 ? text : text.substring(0, slash);
    var address = address(written);
    if (address.isPresent()) {
      var network = address.get().getAddress();
      int most = network.length * 8;
      int bits = slash < 0 ? most : bits(text.substring(slash + 1), most);
      return (_, host) -> host.filter(one -> isIn(one.getAddress(), network, bits)).isPresent();
    }
    var name = text.toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", "");
    if (slash >= 0 || !name.matches("[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "must be a name (example.com, .example.com), an address or a range (10.0.0.0/8)");
    }
    return (host, _) -> host.equals(name) || host.endsWith("." + name);
  }

  private static int bits(String text, int most) {
    if (text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= most) return Integer.parseInt(text);
    throw new IllegalArgumentException(
        "must have a length from 0 to %d behind its /".formatted(most));
  }

  private static boolean isIn(byte[] address, byte[] network, int bits) {
    if (address.length != network.length) return false;
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % 8);
      if ((address[i / 8] & mask) != (network[i / 8] & mask)) return false;
    }
    return true;
  }

  /** What is written as an address is no name that anybody is asked for. */
  private static Optional<InetAddress> address(String host) {
    if (!ADDRESS.matcher(host).matches()) return Optional.empty();
    try {
      return Optional.of(InetAddress.getByName(host.replaceAll("[\\[\\]]", "")));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
