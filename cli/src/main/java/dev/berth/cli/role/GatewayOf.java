package dev.berth.cli.role;

import dev.berth.base.metrics.Metrics;
import dev.berth.cli.line.Version;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.dashboard.Pages;
import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.gateway.access.InternalKey;
import dev.berth.gateway.control.ControlHosts;
import dev.berth.gateway.control.GatewayName;
import dev.berth.gateway.gallery.GalleryConfig;
import dev.berth.gateway.http.StaticPages;
import dev.berth.gateway.ssh.SshConfig;
import dev.berth.gateway.statics.StaticFiles;
import dev.berth.node.editor.EditorChoice;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens a gateway as the configuration says, whatever process it is in. */
final class GatewayOf {
  /** A renewed certificate counts within these; the old one is good for weeks then. */
  private static final Duration CERTIFICATE_LOOK = Duration.ofSeconds(10);

  private GatewayOf() {}

  /**
   * Opens it.
   *
   * @param ssh the door that can be opened; empty for none
   */
  static Gateway open(
      Home home,
      Configuration configuration,
      InternalKey key,
      Optional<Configuration.Ssh> ssh,
      ControlHosts control,
      Metrics metrics) {
    var loader = GatewayOf.class.getClassLoader();
    return Gateway.open(
        new GatewayConfig(
            listen(configuration.address(), configuration.port()),
            configuration
                .redirect()
                .map(port -> listen(configuration.address(), port))
                .orElseGet(List::of),
            configuration.dashboard(),
            control,
            key,
            configuration
                .tls()
                .map(tls -> new GatewayConfig.Tls(tls.chain(), tls.key(), CERTIFICATE_LOOK)),
            List.of(),
            StaticPages.resources(loader, Pages.WORKSPACE.replaceFirst("/$", "")),
            editorFiles(home, configuration),
            ssh.map(door -> ssh(home, configuration, door)),
            gallery(home, configuration),
            metrics,
            new GatewayName(machine(), Version.number())));
  }

  /** All that browsers are listened to at. */
  static List<InetSocketAddress> addresses(Configuration configuration) {
    var all = new ArrayList<>(listen(configuration.address(), configuration.port()));
    configuration.redirect().ifPresent(port -> all.addAll(listen(configuration.address(), port)));
    return all;
  }

  /** For people. */
  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a gateway";
    }
  }

  private static SshConfig ssh(Home home, Configuration configuration, Configuration.Ssh door) {
    return new SshConfig(
        listen(door.address(), door.port()),
        door.hostKeys()
            .<SshConfig.Keys>map(SshConfig.Keys.Given::new)
            .orElseGet(() -> new SshConfig.Keys.Made(home.sshKeys())),
        configuration.dashboard().toString());
  }

  /** Trees of earlier versions lie there too: instances that run on still show them. */
  private static StaticFiles.Folders editorFiles(Home home, Configuration configuration) {
    var made = configuration.editors().orElseGet(home::editors);
    // Beside the trees, so that installations that share them compress a file once.
    return new StaticFiles.Folders(trees(made, configuration), made.resolve(".compressed"));
  }

  private static List<Path> trees(Path made, Configuration configuration) {
    return switch (configuration.editor()) {
      case EditorChoice.Folder(var given) -> List.of(given, made);
      case EditorChoice.Usual _, EditorChoice.Archive _, EditorChoice.None _ -> List.of(made);
    };
  }

  private static Optional<GalleryConfig> gallery(Home home, Configuration configuration) {
    if (configuration.editor() instanceof EditorChoice.None) return Optional.empty();
    return Optional.of(
        new GalleryConfig(
            configuration.gallery(), home.galleryCache(), GalleryConfig.Bounds.DEFAULT));
  }

  /** Where 127.0.0.1 is listened on, ::1 is too: a browser takes either for *.localhost. */
  private static List<InetSocketAddress> listen(InetAddress address, int port) {
    var all = new ArrayList<InetSocketAddress>();
    all.add(new InetSocketAddress(address, port));
    if (address.isLoopbackAddress() && hasInet6Loopback()) {
      all.add(new InetSocketAddress(inet6Loopback(), port));
    }
    return all;
  }

  private static boolean hasInet6Loopback() {
    try {
      return NetworkInterface.getByInetAddress(inet6Loopback()) != null;
    } catch (SocketException e) {
      return false;
    }
  }

  private static InetAddress inet6Loopback() {
    try {
      var bytes = new byte[16];
      bytes[15] = 1;
      return Inet6Address.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an IPv6 address", e);
    }
  }
}
