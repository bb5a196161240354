package dev.berth.installer.config;

import java.net.URI;
import java.util.List;

/**
 * The installation's address as browsers know it.
 *
 * @param port that it is reached at, also where the address does not name it
 */
public record Site(String domain, boolean tls, int port) {
  static Site of(URI dashboard) {
    boolean tls = "https".equals(dashboard.getScheme());
    int usual = tls ? 443 : 80;
    int port = dashboard.getPort() < 0 ? usual : dashboard.getPort();
    return new Site(String.valueOf(dashboard.getHost()), tls, port);
  }

  /** Those that DNS must lead to the gateway and that the certificate must be for. */
  public List<String> names() {
    return List.of(domain, "*." + domain, "*.ws." + domain);
  }

  /** The dashboard's address. */
  public URI dashboard() {
    int usual = tls ? 443 : 80;
    var scheme = tls ? "https" : "http";
    return URI.create("%s://%s%s".formatted(scheme, domain, port == usual ? "" : ":" + port));
  }
}
