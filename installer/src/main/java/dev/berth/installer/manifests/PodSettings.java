package dev.berth.installer.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import dev.berth.base.text.Reason;
import dev.berth.base.trust.Authorities;
import dev.berth.installer.config.Certificate;
import dev.berth.installer.config.Install;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The operator's settings as pods get them: what is secret apart, files where pods have them, and
 * the parts of the cluster by their names in it.
 *
 * @param tree what stands in control's berth.yaml
 * @param environment secret settings, by their variables
 * @param files that settings name, by the names that they have in a secret
 * @param authorities that the operator's settings let all trust
 */
record PodSettings(
    ObjectNode tree,
    SortedMap<String, byte[]> environment,
    SortedMap<String, byte[]> files,
    Authorities authorities) {
  static final int WEB_PORT = 8433;
  static final int SSH_PORT = 2222;
  static final int REDIRECT_PORT = 8080;
  static final int CONTROL_PORT = 8484;
  static final int HEALTH_PORT = 9500;

  static final String KEYS = "/etc/berth/keys";
  static final String GATEWAY = "/etc/berth/gateway";
  static final String TLS = "/etc/berth/tls";
  static final String FILES = "/etc/berth/files";
  static final String TRUST = "/etc/berth/trust";

  /** The file there, and its name in the secret. */
  static final String AUTHORITIES = "authorities.pem";

  /** Where control reads what `berth install check` recorded, and its name in the cluster. */
  static final String CHECKS = "/etc/berth/checks";

  /** The database and its user in the cluster. */
  static final String DATABASE = "berth";

  static final String BUCKET = "berth";

  static final List<String> SECRET =
      List.of(
          "database.password",
          "objects.s3.accessKey",
          "objects.s3.secretKey",
          "objects.azure.accountKey",
          "objects.azure.signature",
          "objects.azure.clientSecret");

  private static final List<String> FILE =
      List.of(
          "objects.gcs.key",
          "objects.s3.authorities",
          "objects.azure.authorities",
          "objects.gcs.authorities");

  /** Of the machine that the operator sits at. */
  private static final List<String> HERE =
      List.of(
          "install",
          "cluster.kubeconfig",
          "cluster.context",
          "address",
          "port",
          "redirect",
          "ssh.address",
          "ssh.hostKeys",
          "key.file",
          "key.gatewayFile",
          "tls",
          "control",
          "health",
          "log.format",
          "images.folder",
          "editor.cache",
          "git.folders",
          "network.subnet");

  static PodSettings of(Install install, ObjectNode said) {
    var tree = said.deepCopy();
    for (var path : HERE) take(tree, path);
    var environment = new TreeMap<String, byte[]>();
    for (var path : SECRET) {
      take(tree, path)
          .ifPresent(value ->
              environment.put(
                  Settings.variable(path), value.asText().getBytes(StandardCharsets.UTF_8)));
    }
    var files = new TreeMap<String, byte[]>();
    for (var path : FILE) {
      take(tree, path)
          .ifPresent(value -> {
            var name = path.replace("objects.", "").replace('.', '-');
            files.put(name, read(path, Path.of(value.asText())));
            put(tree, path, FILES + "/" + name);
          });
    }
    var authorities =
        take(tree, "trust.authorities")
            .map(file -> Authorities.read(Path.of(file.asText())))
            .orElse(Authorities.NONE);
    if (hasTrust(install, authorities)) {
      put(tree, "trust.authorities", TRUST + "/" + AUTHORITIES);
    }
    put(tree, "address", "0.0.0.0");
    put(tree, "port", WEB_PORT);
    if (install.door().httpPort().isPresent()) put(tree, "redirect.port", REDIRECT_PORT);
    put(tree, "ssh.port", install.door().sshPort().isPresent() ? SSH_PORT : 0);
    install.publicSshPort().ifPresent(port -> put(tree, "ssh.publicPort", port));
    put(tree, "ssh.hostKeys", KEYS + "/ssh");
    put(tree, "key.file", KEYS + "/key");
    put(tree, "control.address", "0.0.0.0");
    put(tree, "control.port", CONTROL_PORT);
    // Past whatever stands before the gateway: it may end TLS, or let nobody in from inside.
    put(tree, "control.gateway", "berth-gateway:" + install.door().webPort());
    put(tree, "control.checks", CHECKS + "/" + CheckRecord.FILE);
    put(tree, "control.hosts", List.of("berth-control:" + CONTROL_PORT));
    put(tree, "health.port", HEALTH_PORT);
    put(tree, "log.format", "json");
    put(tree, "cluster.namespace", install.workspaces());
    put(tree, "cluster.berthNamespace", install.namespace());
    install.priorities().workspaces().ifPresent(name -> put(tree, "cluster.priorityClass", name));
    if (!(install.certificate() instanceof Certificate.Elsewhere)) {
      put(tree, "tls.certificate", TLS + "/tls.crt");
      put(tree, "tls.key", TLS + "/tls.key");
    }
    if (install.database().isPresent()) {
      put(
          tree,
          "database.url",
          "jdbc:mariadb://berth-database.%s:3306/%s".formatted(install.namespace(), DATABASE));
      put(tree, "database.user", DATABASE);
    }
    if (install.objects().isPresent()) {
      // Pods of workspaces save there, too: by its whole name.
      put(
          tree,
          "objects.s3.endpoint",
          "http://berth-objects.%s.svc:8333".formatted(install.namespace()));
      put(tree, "objects.s3.bucket", BUCKET);
      put(
          tree,
          "cluster.storePods",
          List.of("%s/app.kubernetes.io/component=objects:8333".formatted(install.namespace())));
    }
    return new PodSettings(tree, environment, files, authorities);
  }

  /** Whether anybody is trusted whom not everybody trusts: also one of our own making. */
  static boolean hasTrust(Install install, Authorities authorities) {
    return !authorities.isEmpty() || install.certificate() instanceof Certificate.SelfSigned;
  }

  /**
   * A role's berth.yaml, in an object of its own. Its name tells its content: no pod meets other
   * settings than those that it was made with, also while another version takes its place.
   */
  record Role(String name, String yaml) {
    private static final int MARK = 10;

    private static Role of(String name, ObjectNode tree) {
      var yaml = Manifest.yaml(tree);
      return new Role(name + "-" + Digest.of(yaml).substring(0, MARK), yaml);
    }
  }

  Role ofControl() {
    return Role.of("berth-settings", tree);
  }

  /** What the gateway needs of them: it asks neither the database nor the object store. */
  Role ofGateway() {
    var those = tree.deepCopy();
    those.remove(List.of("database", "objects"));
    put(those, "key.gatewayFile", GATEWAY + "/" + Secrets.GATEWAY_ENTRY);
    return Role.of("berth-gateway-settings", those);
  }

  private static byte[] read(String path, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The file %s, which %s names, cannot be read: %s.".formatted(file, path, Reason.of(e)),
          "Name one that is there.",
          e);
    }
  }

  /** What stands at {@code path}, which is then no longer there. */
  private static Optional<JsonNode> take(ObjectNode tree, String path) {
    var names = List.of(path.split("\\."));
    var above = new ArrayList<ObjectNode>(List.of(tree));
    for (var name : names.subList(0, names.size() - 1)) {
      if (!(above.getLast().get(name) instanceof ObjectNode inner)) return Optional.empty();
      above.add(inner);
    }
    var taken = Optional.ofNullable(above.getLast().remove(names.getLast()));
    for (int i = above.size() - 1; i > 0 && above.get(i).isEmpty(); i--) {
      above.get(i - 1).remove(names.get(i - 1));
    }
    return taken;
  }

  private static void put(ObjectNode tree, String path, Object value) {
    var names = List.of(path.split("\\."));
    var at = tree;
    for (var name : names.subList(0, names.size() - 1)) {
      at = at.get(name) instanceof ObjectNode inner ? inner : at.putObject(name);
    }
    switch (value) {
      case Integer number -> at.put(names.getLast(), number);
      case List<?> items -> {
        var list = at.putArray(names.getLast());
        items.forEach(item -> list.add(item.toString()));
      }
      default -> at.put(names.getLast(), value.toString());
    }
  }
}
