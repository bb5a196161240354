package dev.berth.gateway;

import dev.berth.base.metrics.Metrics;
import dev.berth.gateway.access.InternalKey;
import dev.berth.gateway.control.ControlHosts;
import dev.berth.gateway.control.GatewayName;
import dev.berth.gateway.gallery.GalleryConfig;
import dev.berth.gateway.http.Network;
import dev.berth.gateway.http.StaticPages;
import dev.berth.gateway.ssh.SshConfig;
import dev.berth.gateway.statics.StaticFiles;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a gateway is told.
 *
 * @param listen where it listens; a port of 0 lets the system choose
 * @param redirect where browsers that come without TLS are led to it; nothing else is served there
 * @param dashboard the installation's address D as browsers see it; all other names are made of it
 * @param control where control's HTTP API is
 * @param key what control and its gateways share
 * @param tls empty where browsers speak plain HTTP with it, or a proxy before it ends TLS
 * @param trustedProxies whose X-Forwarded headers are believed
 * @param pages the files of the workspace's own page
 * @param editors where editors' trees lie
 * @param ssh empty where SSH is off
 * @param gallery empty where the registry of extensions is not served
 * @param metrics get what is counted
 * @param self as control is told who listens
 */
public record GatewayConfig(
    List<InetSocketAddress> listen,
    List<InetSocketAddress> redirect,
    URI dashboard,
    ControlHosts control,
    InternalKey key,
    Optional<Tls> tls,
    List<Network> trustedProxies,
    StaticPages pages,
    StaticFiles.Folders editors,
    Optional<SshConfig> ssh,
    Optional<GalleryConfig> gallery,
    Metrics metrics,
    GatewayName self) {
  public GatewayConfig {
    listen = List.copyOf(listen);
    redirect = List.copyOf(redirect);
    trustedProxies = List.copyOf(trustedProxies);
  }

  /**
   * PEM files: a certificate for D and *.ws.D with what signed it, and its PKCS #8 key.
   *
   * @param between how often they are looked at again
   */
  public record Tls(Path chain, Path key, Duration between) {}
}
