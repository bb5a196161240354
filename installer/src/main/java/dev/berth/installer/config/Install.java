package dev.berth.installer.config;

import dev.berth.base.config.Settings;
import dev.berth.runtime.kubernetes.pod.Placement;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of {@code berth.yaml} that only an installation on a cluster has: {@code install}, and
 * what it takes of the rest.
 *
 * @param namespace of Berth itself
 * @param workspaces the namespace of workspaces' pods
 * @param image of Berth itself
 * @param workspaceImage of workspaces whose repositories name none
 * @param labels the prefix of the nodes' labels
 * @param database empty where it is elsewhere; so are {@code objects} and {@code registry}
 * @param pullSecrets of the images of Berth and its parts
 * @param tolerations of all workspaces
 * @param priorities of Berth's pods and of workspaces'
 * @param drain how long a gateway may take to end
 */
public record Install(
    Architecture architecture,
    Provider provider,
    Site site,
    String namespace,
    String workspaces,
    String image,
    String workspaceImage,
    String labels,
    Door door,
    Certificate certificate,
    Optional<Stored> database,
    Optional<Stored> objects,
    Optional<Stored> registry,
    Share control,
    Share gateway,
    List<String> pullSecrets,
    List<Placement.Toleration> tolerations,
    Priorities priorities,
    Quota quota,
    Duration drain) {
  private static final String AT = "install.";

  /** As near to 22 as a node's port is. */
  private static final int SSH_NODE_PORT = 30022;

  /** As docs/operate/roles.md has them. */
  private static final Duration DRAIN_DELAY = Duration.ofSeconds(5);

  private static final Duration DRAIN = Duration.ofMinutes(5);
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern AMOUNT = Pattern.compile("[1-9][0-9]*(m|k|M|G|T|Ki|Mi|Gi|Ti)?");

  /** Where Berth's own image is, unless the file says so: the address is the operator's. */
  static final String MARIADB = "docker.io/library/mariadb:11.4";

  /** From 4.18 on, of two that write a name at once one wins. */
  static final String SEAWEEDFS = "docker.io/chrislusf/seaweedfs:4.44";

  static final String REGISTRY = "docker.io/library/registry:2.8.3";

  /**
   * Empty where the file has no {@code install}; what is wrong is noted in {@code settings}, and
   * each setting is known to it in either case.
   */
  public static Optional<Install> read(Settings settings) {
    boolean asked = settings.isSet("install");
    var architecture = settings.parsed(AT + "architecture", Architecture::of);
    var provider = settings.parsed(AT + "provider", Provider::of).orElse(Provider.NONE);
    var kind = architecture.orElse(Architecture.PRODUCTION);
    var site = site(settings, asked);
    var namespace = settings.parsed(AT + "namespace", Install::name).orElse("berth");
    var workspaces = settings.text("cluster.namespace", "berth-workspaces");
    var prefix = settings.text(AT + "images").map(text -> text.replaceFirst("/+$", ""));
    var certificate = certificate(settings, site, asked);
    var door = door(settings, kind, site, certificate);
    var database =
        stored(settings, "database", kind.isSelfContained(), prefix, MARIADB, "20Gi", "512Mi");
    var objects =
        stored(settings, "objects", kind.isSelfContained(), prefix, SEAWEEDFS, "100Gi", "768Mi");
    var registry = stored(settings, "registry", false, prefix, REGISTRY, "50Gi", "256Mi");
    var control = share(settings, "control", kind.replicas(), "1Gi");
    var gateway = share(settings, "gateway", kind.replicas(), "1Gi");
    var quota =
        new Quota(
            optional(settings, AT + "quota.pods", 100_000),
            settings.parsed(AT + "quota.cpu", Install::amount),
            settings.parsed(AT + "quota.memory", Install::amount));
    var priorities = Priorities.read(settings, namespace);
    var drain =
        settings.time("drain.delay", DRAIN_DELAY).plus(settings.time("drain.longest", DRAIN));
    if (!asked) return Optional.empty();

    if (architecture.isEmpty()) {
      settings.wrong("install.architecture is missing: proof-of-value, production or k3s");
    }
    if (namespace.equals(workspaces)) {
      settings.wrong(
          "install.namespace and cluster.namespace are both \"%s\": workspaces need one of their own"
              .formatted(namespace));
    }
    for (var name : List.of(namespace, workspaces)) {
      if (isOfCluster(name)) {
        settings.wrong(
            "the namespace %s is the cluster's own: name others in install.namespace and cluster.namespace"
                .formatted(name));
      }
    }
    elsewhere(settings, database, "database", List.of("database.url"));
    elsewhere(
        settings,
        objects,
        "objects",
        List.of("objects.s3.bucket", "objects.azure.container", "objects.gcs.bucket"));
    return Optional.of(
        new Install(
            kind,
            provider,
            site,
            namespace,
            workspaces,
            settings.text("cluster.image", ""),
            settings.text("cluster.workspaceImage", ""),
            settings.text("cluster.labels", "gitpod.io"),
            door,
            certificate,
            database,
            objects,
            registry,
            control,
            gateway,
            settings.list("cluster.pullSecrets"),
            settings.list("cluster.tolerations").stream().map(Placement.Toleration::parse).toList(),
            priorities,
            quota,
            drain));
  }

  /** The servers with volumes that are in the cluster. */
  public List<Stored> stored() {
    return Stream.of(database, objects, registry).flatMap(Optional::stream).toList();
  }

  /** Whether a namespace is every cluster's, so that Berth may not close it. */
  public static boolean isOfCluster(String namespace) {
    return namespace.equals("default") || namespace.startsWith("kube-");
  }

  /** At which people reach the SSH door; empty where SSH is off. */
  public Optional<Integer> publicSshPort() {
    boolean ofNode = door.kind() == Door.Kind.NODE_PORT;
    return ofNode ? door.sshNodePort().or(door::sshPort) : door.sshPort();
  }

  /** At which people who come without TLS are led to it; empty where that is not known, or off. */
  public Optional<Integer> publicHttpPort() {
    boolean ofNode = door.kind() == Door.Kind.NODE_PORT;
    return ofNode ? door.httpNodePort() : door.httpPort();
  }

  private static Site site(Settings settings, boolean asked) {
    var dashboard = settings.text("dashboard");
    if (dashboard.isEmpty()) {
      if (asked) settings.wrong("dashboard is missing: https:// and the installation's domain");
      return new Site("berth.invalid", true, 443);
    }
    try {
      var uri = URI.create(dashboard.get());
      if (uri.getHost() != null) return Site.of(uri);
    } catch (IllegalArgumentException _) {
      // Who reads the rest of the file tells what is wrong with it.
    }
    return new Site("berth.invalid", true, 443);
  }

  /** People are told it, so it is not left to chance. */
  private static Optional<Integer> usualSshOf(Door.Kind kind) {
    return kind == Door.Kind.NODE_PORT ? Optional.of(SSH_NODE_PORT) : Optional.empty();
  }

  private static Door door(
      Settings settings, Architecture architecture, Site site, Certificate certificate) {
    var at = AT + "service.";
    var usual = architecture == Architecture.K3S ? Door.Kind.NODE_PORT : Door.Kind.LOAD_BALANCER;
    var kind = settings.parsed(at + "type", Door.Kind::of).orElse(usual);
    var annotations =
        settings.pairs(at + "annotations", Map::entry).stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    boolean ofNode = kind == Door.Kind.NODE_PORT && site.port() >= Door.FIRST_NODE_PORT;
    var web = optional(settings, at + "nodePort", 65535);
    var ssh = optional(settings, at + "sshNodePort", 65535).or(() -> usualSshOf(kind));
    // 22 is what clients and desktop editors take; k3s's load balancer is the machine itself, which
    // has it already.
    boolean isMachine = architecture == Architecture.K3S && kind == Door.Kind.LOAD_BALANCER;
    int usualSsh = isMachine ? 2222 : 22;
    boolean off = settings.isSet("ssh.port") && settings.number("ssh.port", 2222, 0, 65535) == 0;
    int sshPort = settings.number(at + "sshPort", usualSsh, 1, 65535);
    // Where something else has the machine's 443, it has 80, too.
    int usualHttp = isMachine && site.port() != 443 ? 0 : 80;
    int httpPort = settings.number(at + "httpPort", usualHttp, 0, 65535);
    var httpNode = optional(settings, at + "httpNodePort", 65535);
    // Where TLS ends before the gateway, whatever ends it leads browsers to it.
    boolean redirects =
        httpPort != 0 && site.tls() && !(certificate instanceof Certificate.Elsewhere);
    if (redirects && httpPort == (ofNode ? 443 : site.port())) {
      settings.wrong(
          "install.service.httpPort is %d, as the dashboard's: it is for those who come without TLS"
              .formatted(httpPort));
    }
    return new Door(
        kind,
        annotations,
        settings.text(at + "address"),
        settings.list(at + "sources"),
        ofNode ? (site.tls() ? 443 : 80) : site.port(),
        ofNode ? Optional.of(web.orElse(site.port())) : web,
        off ? Optional.empty() : Optional.of(sshPort),
        off ? Optional.empty() : ssh,
        redirects ? Optional.of(httpPort) : Optional.empty(),
        redirects ? httpNode : Optional.empty());
  }

  private static Optional<Integer> optional(Settings settings, String path, int most) {
    int number = settings.number(path, 0, 1, most);
    return number == 0 ? Optional.empty() : Optional.of(number);
  }

  private static Certificate certificate(Settings settings, Site site, boolean asked) {
    var at = AT + "certificate.";
    var issuer = settings.text(at + "issuer");
    var kind = settings.parsed(at + "kind", Install::issuerKind).orElse("ClusterIssuer");
    var secret = settings.parsed(at + "secret", Install::name);
    boolean selfSigned = settings.flag(at + "selfSigned", false);
    boolean elsewhere = settings.flag(at + "elsewhere", false);
    var choices =
        Stream.<Optional<Certificate>>of(
                issuer.map(name -> new Certificate.Issued(name, kind)),
                secret.map(Certificate.Own::new),
                selfSigned ? Optional.of(new Certificate.SelfSigned()) : Optional.empty(),
                elsewhere ? Optional.of(new Certificate.Elsewhere()) : Optional.empty())
            .flatMap(Optional::stream)
            .toList();
    if (choices.size() > 1) {
      settings.wrong(
          "name one of install.certificate.issuer, .secret, .selfSigned and .elsewhere, not several");
    }
    if (asked && choices.isEmpty() && site.tls()) {
      settings.wrong(
          "install.certificate is missing: an issuer of cert-manager, a secret, selfSigned: true, or"
              + " elsewhere: true where TLS ends before the cluster");
    }
    if (!site.tls() && choices.stream().anyMatch(one -> !(one instanceof Certificate.Elsewhere))) {
      settings.wrong("dashboard is an http address, and install.certificate is for https ones");
    }
    return choices.stream().findFirst().orElseGet(Certificate.Elsewhere::new);
  }

  private static String issuerKind(String text) {
    if (text.equals("ClusterIssuer") || text.equals("Issuer")) return text;
    throw new IllegalArgumentException("must be ClusterIssuer or Issuer");
  }

  private static Optional<Stored> stored(
      Settings settings,
      String name,
      boolean usual,
      Optional<String> prefix,
      String image,
      String size,
      String memory) {
    var at = AT + name + ".";
    boolean inCluster = settings.flag(at + "inCluster", usual);
    var stored =
        new Stored(
            settings.text(at + "image", prefix.map(to -> moved(image, to)).orElse(image)),
            settings.parsed(at + "size", Install::amount).orElse(size),
            settings.text(at + "storageClass"),
            settings.bytes(at + "memory", memory));
    return inCluster ? Optional.of(stored) : Optional.empty();
  }

  /** The image's name at another registry, as `berth install images --to` copies it there. */
  public static String moved(String image, String to) {
    var path = image.substring(image.indexOf('/') + 1);
    return to + "/" + path;
  }

  private static void elsewhere(
      Settings settings, Optional<Stored> inCluster, String name, List<String> settingsOfIt) {
    var named = settingsOfIt.stream().filter(settings::isSet).findFirst();
    if (inCluster.isPresent() && named.isPresent()) {
      settings.wrong(
          "%s is set, and install.%s.inCluster is true: set that to false, or leave %s out"
                  .formatted(named.get(), name, named.get())
              + settings.at(named.get()));
    }
    if (inCluster.isEmpty() && named.isEmpty()) {
      settings.wrong(
          "%s is missing; or set install.%s.inCluster: true for one in the cluster"
              .formatted(String.join(" or ", settingsOfIt), name));
    }
  }

  private static Share share(Settings settings, String role, int replicas, String memory) {
    var at = AT + role + ".";
    return new Share(
        settings.number(at + "replicas", replicas, 1, 32),
        settings.number(at + "cpuMillis", 250, 1, 64_000),
        settings.bytes(at + "memory", memory));
  }

  private static String name(String text) {
    if (NAME.matcher(text).matches()) return text;
    throw new IllegalArgumentException("must be small letters, digits and '-', at most 63");
  }

  private static String amount(String text) {
    if (AMOUNT.matcher(text).matches()) return text;
    throw new IllegalArgumentException("must be an amount as Kubernetes has it: 4, 500m, 20Gi");
  }
}
