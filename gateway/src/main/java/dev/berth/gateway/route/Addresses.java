package dev.berth.gateway.route;

import dev.berth.base.Problem;
import dev.berth.protocol.Port;
import dev.berth.protocol.WorkspaceId;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The names of an installation, all made of the dashboard's address (design 7). */
public final class Addresses {
  /** A DNS name has at most 253 characters; a trailing dot and a port come on top. */
  private static final int LONGEST = 260;

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final String scheme;
  private final String domain;
  private final String suffix;
  private final String gallery;
  private final String port;
  private final boolean portIsDefault;

  /** The names that belong to {@code dashboard}; {@link Problem.Invalid} where it is no address. */
  public Addresses(URI dashboard) {
    var scheme = dashboard.getScheme();
    var host = dashboard.getHost();
    if (scheme == null || !(scheme.equals("http") || scheme.equals("https")) || host == null) {
      throw new Problem.Invalid(
          "The dashboard's address \"%s\" is no http or https URL.".formatted(dashboard),
          "Set one such as http://berth.localhost:8433.");
    }
    int ordinary = scheme.equals("https") ? 443 : 80;
    int number = dashboard.getPort() < 0 ? ordinary : dashboard.getPort();
    this.scheme = scheme;
    this.domain = host.toLowerCase(Locale.ROOT);
    this.suffix = ".ws." + domain;
    this.gallery = "open-vsx." + domain;
    this.port = Integer.toString(number);
    this.portIsDefault = number == ordinary;
  }

  /**
   * What {@code authority} (a Host header's value) stands for, read whole: in any case, with or
   * without the dot of the root, and with the installation's port, which may be left out only where
   * it is the scheme's own.
   */
  public WorkspaceHost parse(String authority) {
    if (authority.isEmpty() || authority.length() > LONGEST) return new WorkspaceHost.Foreign();
    int colon = authority.lastIndexOf(':');
    boolean named = colon > authority.lastIndexOf(']');
    if (named ? !authority.substring(colon + 1).equals(port) : !portIsDefault) {
      return new WorkspaceHost.Foreign();
    }
    var name = lower(named ? authority.substring(0, colon) : authority);
    if (name.endsWith(".")) name = name.substring(0, name.length() - 1);
    if (name.equals(domain)) return new WorkspaceHost.Dashboard();
    if (name.equals(gallery)) return new WorkspaceHost.Gallery();
    if (LOOPBACK.contains(name)) return new WorkspaceHost.Loopback();
    if (!name.endsWith(suffix)) return new WorkspaceHost.Foreign();
    return label(name.substring(0, name.length() - suffix.length()));
  }

  /**
   * No workspace's id begins with a port: a trial's, which has a hyphen more, begins with a word.
   */
  private static WorkspaceHost label(String label) {
    var whole = WorkspaceId.parse(label);
    if (whole.isPresent()) return new WorkspaceHost.Ide(whole.get());
    int hyphen = label.indexOf('-');
    if (hyphen < 0) return new WorkspaceHost.Foreign();
    var number = label.substring(0, hyphen);
    var port = number.startsWith("0") ? Optional.<Port>empty() : Port.parse(number);
    var id = WorkspaceId.parse(label.substring(hyphen + 1));
    return port.isPresent() && id.isPresent()
        ? new WorkspaceHost.OfPort(id.get(), port.get())
        : new WorkspaceHost.Foreign();
  }

  /**
   * The address, without a path, of what {@code authority} names, whatever port it says; empty for
   * what is not ours.
   */
  public Optional<String> ours(String authority) {
    int colon = authority.lastIndexOf(':');
    var name = colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    return switch (parse(name + ":" + port)) {
      case WorkspaceHost.Dashboard _ -> Optional.of(dashboard());
      case WorkspaceHost.Gallery _ -> Optional.of(gallery());
      case WorkspaceHost.Inside inside -> Optional.of(scheme + "://" + authority(inside));
      case WorkspaceHost.Loopback _, WorkspaceHost.Foreign _ -> Optional.empty();
    };
  }

  /** What an Origin header's value stands for; foreign also where it is of another scheme. */
  public WorkspaceHost origin(String origin) {
    var start = scheme + "://";
    return origin.startsWith(start)
        ? parse(origin.substring(start.length()))
        : new WorkspaceHost.Foreign();
  }

  /** The host name of {@code host} alone, as cookies and codes are bound to it. */
  public String name(WorkspaceHost.Inside host) {
    return switch (host) {
      case WorkspaceHost.Ide(var id) -> id + suffix;
      case WorkspaceHost.OfPort(var id, var number) -> number + "-" + id + suffix;
    };
  }

  /** The same with the port that a browser must name. */
  public String authority(WorkspaceHost.Inside host) {
    return name(host) + portSuffix();
  }

  /** The dashboard's address without a path. */
  public String dashboard() {
    return scheme + "://" + domain + portSuffix();
  }

  /** The address of the registry of extensions for everybody, without a path. */
  public String gallery() {
    return scheme + "://" + gallery + portSuffix();
  }

  /** All workspaces' origins, as a Content-Security-Policy writes them. */
  public String anyWorkspace() {
    return scheme + "://*" + suffix + portSuffix();
  }

  /** {@code http} or {@code https}: what browsers speak to the installation. */
  public String scheme() {
    return scheme;
  }

  /** The port that browsers use. */
  public String port() {
    return port;
  }

  /**
   * Whether browsers keep cookies marked Secure: over TLS, and on localhost names also without
   * (Chromium 89+, Firefox 75+).
   */
  public boolean keepsSecureCookies() {
    return scheme.equals("https") || domain.equals("localhost") || domain.endsWith(".localhost");
  }

  private String portSuffix() {
    return portIsDefault ? "" : ":" + port;
  }

  /** Lower case for ASCII only: a Kelvin sign is no k. */
  private static String lower(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') return lowered(name);
    }
    return name;
  }

  private static String lowered(String name) {
    var text = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      text.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    return text.toString();
  }
}
