package dev.berth.cli;

import dev.berth.base.Problem;
import dev.berth.base.http.Handler;
import dev.berth.base.process.Beside;
import dev.berth.control.Control;
import dev.berth.control.ControlConfig;
import dev.berth.control.account.Keys;
import dev.berth.control.reconcile.EditorSource;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.dashboard.Pages;
import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.gateway.access.InternalKey;
import dev.berth.gateway.gallery.GalleryConfig;
import dev.berth.gateway.http.StaticPages;
import dev.berth.gateway.ssh.SshConfig;
import dev.berth.gateway.statics.StaticFiles;
import dev.berth.node.Node;
import dev.berth.node.NodeConfig;
import dev.berth.node.editor.EditorChoice;
import dev.berth.node.save.SaveOptions;
import dev.berth.protocol.api.Me;
import dev.berth.runtime.Driver;
import dev.berth.runtime.Saves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** All roles of one machine in this process, open: node, control, gateway. */
final class Installation implements AutoCloseable {
  /** Control's first looks at all workspaces take 3 s at most. */
  private static final Duration ROUTES = Duration.ofSeconds(5);

  private final Home home;
  private final Configuration configuration;
  private final Control control;
  private final Deque<AutoCloseable> opened;

  private Installation(
      Home home, Configuration configuration, Control control, Deque<AutoCloseable> opened) {
    this.home = home;
    this.configuration = configuration;
    this.control = control;
    this.opened = opened;
  }

  /**
   * Opens it; what is missing on the machine is installed and told to {@code progress}.
   *
   * @param port instead of the configuration's
   */
  static Installation open(Home home, Optional<Integer> port, Consumer<String> progress)
      throws InterruptedException {
    home.create();
    var configuration = Configuration.read(home.configuration(), System.getenv(), port);
    var opened = new ArrayDeque<AutoCloseable>();
    // The database opens while the machine is prepared: neither needs the other, and each takes
    // half.
    var database =
        Beside.begin(Thread.ofPlatform().daemon(), () -> openDatabase(home, configuration));
    try {
      if (configuration.cluster().isPresent()) {
        var cluster =
            ClusterHost.open(
                home, configuration, configuration.cluster().get(), supervisorTree(), progress);
        opened.push(cluster);
        return open(
            home,
            configuration,
            cluster.driver(),
            cluster.saves(),
            cluster.editor(),
            opened(database),
            opened,
            progress);
      }
      var node = Node.open(nodeConfig(home, configuration), progress);
      opened.push(node);
      return open(
          home,
          configuration,
          node.driver(),
          node.saves(),
          editor(node),
          opened(database),
          opened,
          progress);
    } catch (RuntimeException | InterruptedException e) {
      closeWhatOpens(database, e);
      close(opened);
      throw e;
    }
  }

  private static Database opened(Beside<Database> opening) throws InterruptedException {
    try {
      return opening.result();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void closeWhatOpens(Beside<Database> opening, Exception why)
      throws InterruptedException {
    try {
      opened(opening).close();
    } catch (RuntimeException e) {
      why.addSuppressed(e); // it did not open either, and may be why
    }
  }

  static Database openDatabase(Home home, Configuration configuration) {
    return configuration
        .database()
        .map(server -> Database.server(server.url(), server.user(), server.password()))
        .orElseGet(() -> Database.embedded(home.database()));
  }

  /** The same over a driver that is there; what is in {@code opened} is closed with it. */
  static Installation open(
      Home home,
      Configuration configuration,
      Driver driver,
      Saves saves,
      EditorSource editor,
      Database database,
      Deque<AutoCloseable> opened,
      Consumer<String> progress)
      throws InterruptedException {
    opened.push(database);
    try {
      var ssh = SshPort.free(configuration.ssh(), progress);
      var control = openControl(home, configuration, ssh, driver, saves, editor, database, opened);
      var gateway = openGateway(home, configuration, ssh, control);
      opened.push(gateway);
      gateway.awaitRoutes(ROUTES);
      var installation = new Installation(home, configuration, control, opened);
      installation.tell(gateway);
      return installation;
    } catch (RuntimeException | InterruptedException e) {
      close(opened);
      throw e;
    }
  }

  private static Control openControl(
      Home home,
      Configuration configuration,
      Optional<Configuration.Ssh> ssh,
      Driver driver,
      Saves saves,
      EditorSource editor,
      Database database,
      Deque<AutoCloseable> opened) {
    var keys = Keys.open(home.key());
    var sources =
        Sources.open(
            new Sources.Settings(
                configuration.folders(),
                configuration.innerHosts(),
                home.gitCache(),
                Sources.Settings.LONGEST,
                Optional.of(home.trials())));
    var control =
        Control.open(
            new ControlConfig(
                configuration.dashboard(),
                configuration.sizes(),
                configuration.defaultSize(),
                configuration.stop(),
                configuration.retention(),
                ssh.map(
                    door -> new Me.SshAddress(configuration.dashboard().getHost(), door.port())),
                editor,
                Version.number()),
            database,
            driver,
            saves,
            sources,
            keys,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            pages());
    opened.push(control);
    return control;
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

  static EditorSource editor(Node node) {
    var editors = node.editors();
    return new EditorSource(editors.folder(), true, editors::state);
  }

  private static Handler pages() {
    return new SitePages(Pages.site());
  }

  private static Gateway openGateway(
      Home home, Configuration configuration, Optional<Configuration.Ssh> ssh, Control control) {
    var loader = Installation.class.getClassLoader();
    var key = Keys.open(home.key()).derive(Control.GATEWAY_KEY);
    return Gateway.open(
        new GatewayConfig(
            listen(configuration.address(), configuration.port()),
            configuration.dashboard(),
            control.address(),
            InternalKey.of(key),
            configuration.tls().map(tls -> new GatewayConfig.Tls(tls.chain(), tls.key())),
            List.of(),
            StaticPages.resources(loader, Pages.WORKSPACE.replaceFirst("/$", "")),
            editorFiles(home, configuration),
            ssh.map(door ->
                new SshConfig(
                    listen(door.address(), door.port()),
                    home.sshKeys(),
                    configuration.dashboard().toString())),
            gallery(home, configuration)));
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
      return java.net.NetworkInterface.getByInetAddress(inet6Loopback()) != null;
    } catch (java.net.SocketException e) {
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

  static NodeConfig nodeConfig(Home home, Configuration configuration) {
    return new NodeConfig(
        home.instances(),
        home.builds(),
        configuration.images().orElseGet(home::images),
        supervisorTree(),
        configuration.insecureRegistries(),
        configuration.mirrors(),
        configuration.packages(),
        configuration.editor(),
        configuration.editors().orElseGet(home::editors),
        configuration.network(),
        saves(home, configuration));
  }

  private static Optional<SaveOptions> saves(Home home, Configuration configuration) {
    var saves = configuration.saves();
    if (!saves.every().isPositive()) return Optional.empty();
    var key = Keys.open(home.key()).derive("snapshots");
    return Optional.of(
        SaveOptions.usual(home.snapshots(), configuration.distant(), key, saves.every())
            .within(saves.longest())
            .excluding(saves.exclude(), saves.largestFileBytes()));
  }

  /** Beside the jars in a build or an archive; the launcher says where. */
  private static Path supervisorTree() {
    var named = System.getProperty("berth.supervisor");
    if (named == null) {
      throw new Problem.Unavailable(
          "The supervisor's folder is not known.", "Start Berth by its launcher, ./berth.");
    }
    return Path.of(named);
  }

  private void tell(Gateway gateway) {
    var api = "http://127.0.0.1:" + control.address().getPort();
    var listens = gateway.addresses().getFirst();
    var host = listens.getAddress().isAnyLocalAddress() ? "127.0.0.1" : literal(listens);
    var server =
        new Home.Server(
            ProcessHandle.current().pid(),
            api,
            configuration.dashboard().toString(),
            host,
            listens.getPort(),
            configuration.tls().map(tls -> tls.chain().toAbsolutePath().toString()),
            Version.number());
    home.tell(server, control.accounts().commandLineToken());
  }

  private static String literal(InetSocketAddress address) {
    var ip = address.getAddress().getHostAddress();
    return address.getAddress() instanceof Inet6Address ? "[" + ip + "]" : ip;
  }

  /** A link that logs a browser in, once. */
  String loginLink() {
    var accounts = control.accounts();
    return configuration.dashboard() + "/login/" + accounts.loginToken(accounts.owner());
  }

  @Override
  public void close() {
    home.untell();
    close(opened);
  }

  private static void close(Deque<AutoCloseable> opened) {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        System.err.println("berth: a part did not close: " + e.getMessage());
      }
    }
  }
}
