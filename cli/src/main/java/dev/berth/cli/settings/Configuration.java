package dev.berth.cli.settings;

import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import dev.berth.base.http.OutwardProxy;
import dev.berth.base.trust.Authorities;
import dev.berth.control.Control;
import dev.berth.control.account.Keys;
import dev.berth.control.reconcile.StopPolicy;
import dev.berth.control.workspace.Retention;
import dev.berth.gateway.access.InternalKey;
import dev.berth.installer.config.Install;
import dev.berth.node.NodeConfig;
import dev.berth.node.editor.EditorChoice;
import dev.berth.node.save.Distant;
import dev.berth.node.save.SaveOptions;
import dev.berth.runtime.WorkspaceSize;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@code berth.yaml} and the environment say; docs/operate/configuration.md lists it.
 *
 * @param address where the gateway listens
 * @param redirect the port at which browsers that come without TLS are led to it
 * @param dashboard the installation's address as browsers know it
 * @param ssh empty where it is off
 * @param database empty for the embedded one
 * @param folders of this machine that file:// contexts may open
 * @param innerHosts git hosts that may have loopback and other inner addresses
 * @param insecureRegistries that are asked by plain HTTP
 * @param mirrors where names of images and features are asked instead
 * @param images where unpacked images lie, when not in the home; several installations may share it
 * @param packages of the default image beside the ones that every workspace needs
 * @param editor which browser editor instances get
 * @param editors where editors' trees lie, when not in the home; several installations may share it
 * @param gallery the registry of extensions, without a slash at its end
 * @param network of the instances
 * @param distant where saves are carried to from this machine's disk
 * @param cluster where instances run instead of on this machine
 * @param saves how the files of workspaces are
 * @param keyFile the installation's key, where it is not to be made in the home
 * @param authorities that this installation trusts beside those that everybody knows
 * @param proxy by which the outside is reached
 * @param roles what processes with one role are told
 */
public record Configuration(
    InetAddress address,
    int port,
    Optional<Integer> redirect,
    URI dashboard,
    Optional<Tls> tls,
    Optional<Ssh> ssh,
    Optional<DatabaseServer> database,
    StopPolicy stop,
    Retention retention,
    Map<String, WorkspaceSize> sizes,
    String defaultSize,
    List<Path> folders,
    Set<String> innerHosts,
    Set<String> insecureRegistries,
    List<NodeConfig.Mirror> mirrors,
    Optional<Path> images,
    List<String> packages,
    EditorChoice editor,
    Optional<Path> editors,
    URI gallery,
    NodeConfig.Network network,
    Optional<Distant> distant,
    Optional<ClusterSettings> cluster,
    Saves saves,
    Optional<Path> keyFile,
    Authorities authorities,
    Optional<OutwardProxy> proxy,
    RoleSettings roles) {

  /** PEM files. */
  public record Tls(Path chain, Path key) {}

  /**
   * The SSH door.
   *
   * @param publicPort by which clients reach it, where a load balancer stands before it
   * @param required whether the port was named: then it must be free
   * @param hostKeys a folder with the host keys, where they are not to be made in the home
   */
  public record Ssh(
      InetAddress address, int port, int publicPort, boolean required, Optional<Path> hostKeys) {}

  /**
   * How files are saved.
   *
   * @param every how long a change waits at most to be saved; zero for no saves
   * @param longest how long one save may keep others waiting
   * @param exclude what is not, as lines of a .gitignore
   * @param largestFileBytes a larger one is not
   */
  public record Saves(
      Duration every, Duration longest, List<String> exclude, long largestFileBytes) {}

  public record DatabaseServer(String url, String user, String password) {}

  /** Not used by anything well known, and easy to remember: B-E-R-T-H begins at 84. */
  static final int PORT = 8433;

  /** What a killed machine may lose of a developer's work (design 10). */
  private static final Duration SAVE_EVERY = Duration.ofSeconds(30);

  /** 22 is the machine's own. */
  static final int SSH_PORT = 2222;

  private static final URI GALLERY = URI.create("https://open-vsx.org");

  /** The setting of what is trusted. */
  static final String AUTHORITIES = "trust.authorities";

  public static Configuration read(
      Path file, Map<String, String> environment, Optional<Integer> port) {
    return read(Settings.read(file, environment), port);
  }

  /** Reads settings that somebody else reads other things of, too. */
  public static Configuration read(Settings settings, Optional<Integer> port) {
    int listen = port.orElse(settings.number("port", PORT, 1, 65535));
    var address =
        settings.parsed("address", Configuration::address).orElseGet(() -> address("127.0.0.1"));
    var chain = settings.text("tls.certificate");
    var key = settings.text("tls.key");
    var tls =
        chain.isPresent() && key.isPresent()
            ? Optional.of(new Tls(Path.of(chain.get()), Path.of(key.get())))
            : Optional.<Tls>empty();
    if (chain.isPresent() != key.isPresent()) {
      var one = chain.isPresent() ? "tls.certificate" : "tls.key";
      settings.wrong(
          "%s stands without tls.%s: give both or none"
                  .formatted(one, chain.isPresent() ? "key" : "certificate")
              + settings.at(one));
    }
    var preset = "%s://berth.localhost:%d".formatted(tls.isPresent() ? "https" : "http", listen);
    var dashboard =
        settings.parsed("dashboard", Configuration::dashboard).orElseGet(() -> dashboard(preset));
    int redirect = settings.number("redirect.port", 0, 0, 65535);
    if (redirect != 0 && !settings.text("dashboard", preset).startsWith("https://")) {
      settings.wrong(
          "redirect.port leads browsers to https, and dashboard is %s: leave one out or write https there"
                  .formatted(settings.text("dashboard", preset))
              + settings.at("redirect.port"));
    }
    var ssh = ssh(settings, address);
    var database =
        settings
            .text("database.url")
            .map(url ->
                new DatabaseServer(
                    url,
                    settings.text("database.user", "berth"),
                    settings.text("database.password", "")));
    var stop =
        new StopPolicy(
            settings.time("idle.after", StopPolicy.DEFAULT.idle()),
            settings.time("stop.grace", StopPolicy.DEFAULT.grace()),
            StopPolicy.DEFAULT.silence(),
            StopPolicy.DEFAULT.crashes());
    var retention =
        new Retention(
            settings.time("deleted.keep", Retention.DEFAULT.deleted()),
            settings.time("unused.after", Retention.DEFAULT.unused()));
    if (retention.unused().isPositive() && !retention.deleted().isPositive()) {
      settings.wrong(
          "unused.after lets unused workspaces be deleted by themselves, and deleted.keep keeps none that was deleted: give deleted.keep a time in which such a workspace can be had back, or leave unused.after out"
              + settings.at("unused.after"));
    }
    var sizes = sizes(settings);
    var defaultSize = settings.text("defaultSize", sizes.keySet().iterator().next());
    if (!sizes.containsKey(defaultSize)) {
      settings.wrong(
          "defaultSize is \"%s\" but must be one of the sizes %s"
                  .formatted(defaultSize, String.join(", ", sizes.keySet()))
              + settings.at("defaultSize"));
    }
    var configuration =
        new Configuration(
            address,
            listen,
            redirect == 0 ? Optional.empty() : Optional.of(redirect),
            dashboard,
            tls,
            ssh,
            database,
            stop,
            retention,
            sizes,
            defaultSize,
            settings.list("git.folders").stream().map(Path::of).toList(),
            innerHosts(settings),
            new LinkedHashSet<>(settings.list("images.insecureRegistries")),
            mirrors(settings),
            settings.text("images.folder").map(Path::of),
            settings.list("images.packages"),
            editor(settings),
            settings.text("editor.cache").map(Path::of),
            settings.parsed("editor.gallery", Configuration::gallery).orElse(GALLERY),
            new NodeConfig.Network(
                settings.parsed("network.subnet", NodeConfig.Network::range),
                settings.flag("network.blockPrivate", false),
                settings.list("network.allow")),
            DistantSettings.read(settings),
            ClusterSettings.read(settings),
            saves(settings),
            settings.text("key.file").map(Path::of),
            settings.parsed(AUTHORITIES, Configuration::authorities).orElse(Authorities.NONE),
            OutwardSettings.read(settings),
            RoleSettings.read(settings));
    Install.read(settings); // of no meaning on one machine; a mistake in it is told all the same
    settings.check();
    return configuration;
  }

  /** Their ports are for the policy of a cluster's network. */
  private static Set<String> innerHosts(Settings settings) {
    return settings.list("git.innerHosts").stream()
        .map(host -> host.replaceFirst("^([^:]+):[0-9]+$", "$1"))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Authorities authorities(String text) {
    try {
      return Authorities.read(Path.of(text).toAbsolutePath());
    } catch (Problem.Invalid problem) {
      throw new IllegalArgumentException("cannot be used: " + problem.words(), problem);
    }
  }

  private static List<NodeConfig.Mirror> mirrors(Settings settings) {
    var mirrors = settings.pairs("images.mirrors", NodeConfig.Mirror::new);
    var names = new LinkedHashSet<String>();
    mirrors.stream()
        .map(NodeConfig.Mirror::of)
        .filter(name -> !names.add(name))
        .forEach(name -> settings.wrong("images.mirrors names %s twice".formatted(name)));
    return mirrors;
  }

  private static Saves saves(Settings settings) {
    var exclude = settings.list("saves.exclude");
    return new Saves(
        settings.time("saves.every", SAVE_EVERY),
        settings.time("saves.longest", SaveOptions.USUAL_LONGEST),
        exclude.isEmpty() ? SaveOptions.USUALLY_EXCLUDED : exclude,
        settings.bytes("saves.largestFile", "1Ti"));
  }

  private static EditorChoice editor(Settings settings) {
    var folder = settings.text("editor.folder");
    var archive = settings.text("editor.archive");
    boolean none = settings.flag("editor.none", false);
    var choices = new ArrayList<EditorChoice>();
    folder.ifPresent(path -> choices.add(new EditorChoice.Folder(Path.of(path).toAbsolutePath())));
    archive.ifPresent(
        path -> choices.add(new EditorChoice.Archive(Path.of(path).toAbsolutePath())));
    if (none) choices.add(new EditorChoice.None());
    if (choices.size() > 1) {
      settings.wrong(
          "give one of editor.folder, editor.archive and editor.none, or none for the VS Code that Berth makes itself");
    }
    return choices.isEmpty() ? usualEditor() : choices.getFirst();
  }

  /** One lies beside the program where that comes as an image; the launcher says where. */
  private static EditorChoice usualEditor() {
    return Optional.ofNullable(System.getProperty("berth.editor"))
        .<EditorChoice>map(folder -> new EditorChoice.Folder(Path.of(folder)))
        .orElseGet(EditorChoice.Usual::new);
  }

  private static Optional<Ssh> ssh(Settings settings, InetAddress gateway) {
    var address = settings.parsed("ssh.address", Configuration::address).orElse(gateway);
    int port = settings.number("ssh.port", SSH_PORT, 0, 65535);
    boolean required = settings.text("ssh.port").isPresent();
    var hostKeys = settings.text("ssh.hostKeys").map(Path::of);
    int shown = settings.number("ssh.publicPort", port, 0, 65535);
    return port == 0
        ? Optional.empty()
        : Optional.of(new Ssh(address, port, shown, required, hostKeys));
  }

  /** At least one. */
  static List<String> sizeNames(Settings settings) {
    var names = settings.names("sizes");
    return names.isEmpty() ? List.of("standard") : names;
  }

  private static Map<String, WorkspaceSize> sizes(Settings settings) {
    var sizes = new LinkedHashMap<String, WorkspaceSize>();
    for (var name : sizeNames(settings)) {
      var path = "sizes." + name + ".";
      sizes.put(
          name,
          new WorkspaceSize(
              // 4 cores, 8 GiB: enough for an IDE with a language server beside a build.
              settings.number(path + "cpuMillis", 4000, 100, 1_000_000),
              settings.bytes(path + "memory", "8Gi"),
              settings.number(path + "processes", 4096, 64, 1_000_000)));
    }
    return sizes;
  }

  private static URI gallery(String text) {
    var uri =
        web(text.replaceFirst("/+$", ""))
            .filter(one -> one.getRawQuery() == null && one.getRawFragment() == null)
            .filter(one -> one.getRawUserInfo() == null);
    return uri.orElseThrow(() ->
        new IllegalArgumentException(
            "must be the address below which the registry has /vscode/gallery, as " + GALLERY));
  }

  private static URI dashboard(String text) {
    var uri =
        web(text.replaceFirst("/$", ""))
            .filter(one -> one.getPath() == null || one.getPath().isEmpty());
    return uri.orElseThrow(() ->
        new IllegalArgumentException(
            "must be http:// or https:// with a name and perhaps a port, as https://berth.example.com"));
  }

  /** An http or https URL with a host. */
  private static Optional<URI> web(String text) {
    try {
      return Optional.of(URI.create(text))
          .filter(one -> "https".equals(one.getScheme()) || "http".equals(one.getScheme()))
          .filter(one -> one.getHost() != null);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** What a gateway is known by to control, and makes its cookies with. */
  public InternalKey gatewayKey(Home home) {
    return InternalKey.of(
        roles
            .gatewayKeyFile()
            .map(Keys::read)
            .orElseGet(() -> keys(home).derive(Control.GATEWAY_KEY)));
  }

  /** The installation's key. */
  public Keys keys(Home home) {
    return keyFile.map(Keys::given).orElseGet(() -> Keys.open(home.key()));
  }

  /**
   * What tells an installation's pods and secrets from those of others: of its key, so that it is
   * the same wherever control runs.
   */
  public static String mark(Keys keys) {
    return HexFormat.of().formatHex(keys.derive("installation"), 0, 8);
  }

  static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "must be an IP address of this machine, 0.0.0.0 for all", e);
    }
  }
}
