package dev.berth.gateway;

import dev.berth.base.file.FolderTree;
import dev.berth.base.http.FreePorts;
import dev.berth.base.metrics.Metrics;
import dev.berth.base.process.Command;
import dev.berth.gateway.access.InternalKey;
import dev.berth.gateway.control.ControlHosts;
import dev.berth.gateway.control.GatewayName;
import dev.berth.gateway.gallery.GalleryConfig;
import dev.berth.gateway.http.Network;
import dev.berth.gateway.http.StaticPages;
import dev.berth.gateway.ssh.SshConfig;
import dev.berth.gateway.statics.StaticFiles;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.route.Pass;
import dev.berth.protocol.route.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A gateway with a control behind it, and one workspace of ANNA's on this machine. */
final class Site implements AutoCloseable {
  static final InternalKey KEY = InternalKey.of(new byte[32]);
  static final UserId ANNA = new UserId("00000000-0000-0000-0000-00000000000a");
  static final UserId BERT = new UserId("00000000-0000-0000-0000-00000000000b");
  static final WorkspaceId WORKSPACE = new WorkspaceId("octo-hello-abcdefghijk");
  static final WorkspaceId OTHER = new WorkspaceId("octo-other-abcdefghijk");
  static final WorkspaceId UNKNOWN = new WorkspaceId("octo-nosuch-abcdefghijk");
  static final String TOKEN = "the-instances-own-token";
  static final InstanceId INSTANCE = new InstanceId("11111111-1111-1111-1111-111111111111");

  /** Holds the editors' trees and the cache. */
  final Path folder;

  /** Of the SSH keys that it was given. */
  private final Optional<Path> keys;

  final ControlStub control;
  final Metrics metrics = new Metrics();
  final Gateway gateway;

  /** Where SSH is served; 0 for nowhere. */
  final int sshPort;

  private boolean ended;

  Site() throws IOException {
    this(List.of());
  }

  Site(List<Network> trusted) throws IOException {
    this("http://berth.localhost:8433", 0, trusted, Optional.empty());
  }

  Site(String dashboard, int port, List<Network> trusted, Optional<GatewayConfig.Tls> tls)
      throws IOException {
    this(dashboard, port, trusted, tls, Optional.empty());
  }

  /** One that serves the registry of extensions that is at {@code registry}. */
  static Site withGallery(String dashboard, URI registry) throws IOException {
    return new Site(dashboard, 0, List.of(), Optional.empty(), Optional.of(registry));
  }

  private Site(
      String dashboard,
      int port,
      List<Network> trusted,
      Optional<GatewayConfig.Tls> tls,
      Optional<URI> registry)
      throws IOException {
    this(
        dashboard,
        port,
        trusted,
        tls,
        registry,
        new ControlStub(KEY.authorization()),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Clock.systemUTC());
  }

  /** One that serves SSH, too, by keys that are there. */
  static Site withSsh() throws IOException, InterruptedException {
    return withSsh(Clock.systemUTC());
  }

  static Site withSsh(Clock clock) throws IOException, InterruptedException {
    var keys = Files.createTempDirectory("berth-ssh");
    Command.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys + "/ssh_host_ed25519_key")
        .orProblem("Install openssh-client.");
    return withSsh(Optional.of(keys), clock);
  }

  /** One that makes its keys first, which takes some seconds. */
  static Site withSshKeysToMake() throws IOException {
    return withSsh(Optional.empty(), Clock.systemUTC());
  }

  private static Site withSsh(Optional<Path> keys, Clock clock) throws IOException {
    return new Site(
        "http://berth.localhost:8433",
        0,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        new ControlStub(KEY.authorization()),
        Optional.empty(),
        List.of(),
        Optional.of(new Ssh(FreePorts.next(), keys)),
        clock);
  }

  /** One that finds the control that leads among these, of which the first does. */
  static Site among(List<ControlStub> controls) throws IOException {
    var hosts =
        controls.stream()
            .map(one -> new ControlHosts.Host("127.0.0.1", one.address().getPort()))
            .toList();
    return new Site(
        "http://berth.localhost:8433",
        0,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        controls.getFirst(),
        Optional.of(new ControlHosts.Among(hosts)),
        List.of(),
        Optional.empty(),
        Clock.systemUTC());
  }

  /** One that leads to TLS whoever comes without, at {@link #redirect}. */
  static Site redirecting(String dashboard) throws IOException {
    return new Site(
        dashboard,
        0,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        new ControlStub(KEY.authorization()),
        Optional.empty(),
        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
        Optional.empty(),
        Clock.systemUTC());
  }

  /** A connection without TLS. */
  Wire redirect() {
    return Wire.to(gateway.redirects().getFirst());
  }

  private Site(
      String dashboard,
      int port,
      List<Network> trusted,
      Optional<GatewayConfig.Tls> tls,
      Optional<URI> registry,
      ControlStub first,
      Optional<ControlHosts> hosts,
      List<InetSocketAddress> redirect,
      Optional<Ssh> ssh,
      Clock clock)
      throws IOException {
    folder = Files.createTempDirectory("berth-gateway");
    keys = ssh.flatMap(Ssh::keys);
    control = first;
    sshPort = ssh.map(Ssh::port).orElse(0);
    gateway =
        Gateway.open(
            new GatewayConfig(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                redirect,
                URI.create(dashboard),
                hosts.orElseGet(() -> new ControlHosts.At(control.address())),
                KEY,
                tls,
                trusted,
                StaticPages.resources(Site.class.getClassLoader(), "pages"),
                new StaticFiles.Folders(List.of(folder.resolve("editors")), folder.resolve("c")),
                ssh.map(door -> sshAt(door, dashboard)),
                registry.map(
                    at -> new GalleryConfig(at, folder.resolve("x"), GalleryConfig.Bounds.DEFAULT)),
                metrics,
                new GatewayName("here", "1")),
            Duration.ofMillis(200),
            clock);
    Awaitility.await().pollInterval(Duration.ofMillis(2)).until(gateway.routes::known);
  }

  /**
   * @param keys the folder of those that it has; empty where it makes them
   */
  private record Ssh(int port, Optional<Path> keys) {}

  private SshConfig sshAt(Ssh door, String dashboard) {
    return new SshConfig(
        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port())),
        door.keys()
            .<SshConfig.Keys>map(SshConfig.Keys.Given::new)
            .orElseGet(() -> new SshConfig.Keys.Made(folder.resolve("ssh"))),
        dashboard);
  }

  InetSocketAddress address() {
    return gateway.addresses().getFirst();
  }

  /** ANNA's workspace, its supervisor at {@code port} of this machine, with {@code plans}. */
  static Route route(int port, PortPlan... plans) {
    return route(WORKSPACE, ANNA, Optional.of(port), plans);
  }

  static Route route(
      WorkspaceId workspace, UserId owner, Optional<Integer> port, PortPlan... plans) {
    return new Route(
        workspace,
        owner,
        port.map(p ->
            new Route.Upstream(INSTANCE, new Endpoint("127.0.0.1", p), TOKEN, Optional.empty())),
        false,
        List.of(plans));
  }

  /** ANNA's workspace on this machine, its supervisor and its editor at these ports. */
  static Route routeWithEditor(int supervisor, int editor, PortPlan... plans) {
    return new Route(
        WORKSPACE,
        ANNA,
        Optional.of(
            new Route.Upstream(
                INSTANCE, new Endpoint("127.0.0.1", supervisor), TOKEN, Optional.of(editor))),
        false,
        List.of(plans));
  }

  /** ANNA's workspace while its instance is on its way. */
  static Route starting() {
    return new Route(WORKSPACE, ANNA, Optional.empty(), true, List.of());
  }

  static PortPlan plan(int port, PortPlan.Visibility visibility, boolean https) {
    return new PortPlan(
        port, port, PortPlan.OnOpen.NOTIFY, visibility, https, Optional.empty(), Optional.empty());
  }

  /** Tells the route and waits until the gateway knows it. */
  void serve(Route route) {
    control.tell(route);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(2))
        .until(() -> gateway.routes.find(route.workspace()).equals(Optional.of(route)));
  }

  static String token() {
    return "X-Gitpod-Owner-Token: " + TOKEN + "\r\n";
  }

  static String host(WorkspaceId workspace) {
    return workspace + ".ws.berth.localhost:8433";
  }

  static String host(int port) {
    return port + "-" + host(WORKSPACE);
  }

  Wire wire() {
    return Wire.to(address());
  }

  /** GET of a host's path with more header lines, each ended by CR LF. */
  Heard get(String host, String path, String headers) {
    return request("GET", host, path, headers);
  }

  Heard request(String method, String host, String path, String headers) {
    try (var wire = wire()) {
      wire.say("%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n".formatted(method, path, host, headers));
      return method.equals("HEAD") ? wire.answerToHead() : wire.answer();
    }
  }

  /** The Cookie header line of {@code user} at {@code host}, got as a browser gets it. */
  String cookie(UserId user, String host) {
    return cookie(user, host, "session-of-" + user, Instant.now().plusSeconds(3600));
  }

  String cookie(UserId user, String host, String session, Instant expires) {
    var set = enter(new Pass(user, session, host, expires), host).header("set-cookie");
    return "Cookie: " + set.orElseThrow().split(";")[0] + "\r\n";
  }

  /** What the gateway answers to a code that control would exchange for {@code pass}. */
  Heard enter(Pass pass, String host) {
    var code = "code-" + System.nanoTime();
    control.codes.put(code, pass);
    return get(host, "/_berth/enter?code=" + code + "&to=%2Fa%3Fb%3D1", "");
  }

  /** Closes the gateway, for a test that looks at what others see of it. */
  void end() {
    if (ended) return;
    ended = true;
    gateway.close();
  }

  @Override
  public void close() {
    end();
    control.close();
    try {
      new FolderTree(folder).remove();
      if (keys.isPresent()) new FolderTree(keys.get()).remove();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
