package dev.berth.installer.manifests;

import dev.berth.installer.config.Certificate;
import dev.berth.installer.config.Door;
import dev.berth.installer.config.Install;
import dev.berth.installer.config.Share;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The two roles of the program, which run the same image with the same settings. */
final class Roles {
  /** A start migrates the database first. */
  private static final int START_SECONDS = 180;

  /** Beside what a drain may last: to close what is then open yet. */
  private static final int CLOSE_SECONDS = 25;

  private static final int CONTROL_SECONDS = 60;

  private final Sheet sheet;
  private final Install install;
  private final PodSettings settings;
  private final Optional<Secrets> secrets;

  private Roles(Sheet sheet, Install install, PodSettings settings, Optional<Secrets> secrets) {
    this.sheet = sheet;
    this.install = install;
    this.settings = settings;
    this.secrets = secrets;
  }

  static void write(Sheet sheet, Install install, PodSettings settings, Optional<Secrets> secrets) {
    var roles = new Roles(sheet, install, settings, secrets);
    roles.control();
    roles.gateway();
  }

  private void control() {
    sheet.add(
        Stage.CONTROL,
        "control",
        "Where the gateway finds control: all replicas, of which it asks the one that leads.",
        """
        apiVersion: v1
        kind: Service
        metadata: {name: berth-control}
        spec:
          clusterIP: None
          publishNotReadyAddresses: true
          selector: $selector
          ports: [{name: api, port: $port, targetPort: $port}]
        """,
        Map.of("selector", sheet.selector("control"), "port", PodSettings.CONTROL_PORT));
    budget(Stage.CONTROL, "control");
    role(
        Stage.CONTROL,
        "control",
        "Decides what workspaces do: one replica leads, the others stand by.",
        install.control(),
        "meta",
        "berth-control",
        true,
        CONTROL_SECONDS,
        List.of(port("api", PodSettings.CONTROL_PORT)));
  }

  private void gateway() {
    var ports = new ArrayList<Map<String, Object>>();
    ports.add(port("web", PodSettings.WEB_PORT));
    if (install.door().sshPort().isPresent()) ports.add(port("ssh", PodSettings.SSH_PORT));
    if (install.door().httpPort().isPresent()) ports.add(port("http", PodSettings.REDIRECT_PORT));
    door();
    budget(Stage.GATEWAY, "gateway");
    role(
        Stage.GATEWAY,
        "gateway",
        "The only door from outside, for browsers and SSH.",
        install.gateway(),
        "workspace_services",
        "berth-nobody",
        false,
        Math.toIntExact(install.drain().toSeconds()) + CLOSE_SECONDS,
        ports);
  }

  private void door() {
    var door = install.door();
    var ports = new ArrayList<Map<String, Object>>();
    ports.add(servicePort("web", door.webPort(), PodSettings.WEB_PORT, door.webNodePort()));
    door.sshPort()
        .ifPresent(
            port -> ports.add(servicePort("ssh", port, PodSettings.SSH_PORT, door.sshNodePort())));
    door.httpPort()
        .ifPresent(port ->
            ports.add(servicePort("http", port, PodSettings.REDIRECT_PORT, door.httpNodePort())));
    boolean balanced = door.kind() == Door.Kind.LOAD_BALANCER;
    sheet.add(
        Stage.GATEWAY,
        "gateway",
        "Lets people in, by TCP alone: TLS and SSH end at the gateway, not before. Who comes without TLS is led to it.",
        """
        apiVersion: v1
        kind: Service
        metadata: {name: berth-gateway, annotations: $annotations}
        spec:
          type: $type
          selector: $selector
          loadBalancerIP: $address
          loadBalancerSourceRanges: $sources
          ports: $ports
        """,
        Map.of(
            "annotations",
            Balancers.annotations(install),
            "type",
            door.kind().toString(),
            "selector",
            sheet.selector("gateway"),
            "address",
            balanced ? door.address() : Optional.empty(),
            "sources",
            balanced && !door.sources().isEmpty() ? Optional.of(door.sources()) : Optional.empty(),
            "ports",
            ports));
  }

  private static Map<String, Object> servicePort(
      String name, int port, int target, Optional<Integer> nodePort) {
    var all = new LinkedHashMap<String, Object>();
    all.put("name", name);
    all.put("port", port);
    all.put("targetPort", target);
    all.put("protocol", "TCP");
    nodePort.ifPresent(number -> all.put("nodePort", number));
    return all;
  }

  private static Map<String, Object> port(String name, int port) {
    var all = new LinkedHashMap<String, Object>();
    all.put("name", name);
    all.put("containerPort", port);
    return all;
  }

  private void budget(Stage stage, String component) {
    sheet.add(
        stage,
        component,
        "Nodes that are drained take one replica of %s at a time.".formatted(component),
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: $name}
        spec:
          maxUnavailable: 1
          selector: {matchLabels: $selector}
        """,
        Map.of("name", "berth-" + component, "selector", sheet.selector(component)));
  }

  private void role(
      Stage stage,
      String component,
      String why,
      Share share,
      String workload,
      String account,
      boolean decides,
      int graceSeconds,
      List<Map<String, Object>> ports) {
    var all = new ArrayList<>(ports);
    all.add(port("health", PodSettings.HEALTH_PORT));
    sheet.add(
        stage,
        component,
        why,
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: $name}
        spec:
          replicas: $replicas
          revisionHistoryLimit: 3
          selector: {matchLabels: $selector}
          strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
          template:
            metadata: {labels: $labels, annotations: $annotations}
            spec:
              serviceAccountName: $account
              automountServiceAccountToken: $token
              enableServiceLinks: false
              imagePullSecrets: $pull
              securityContext: $security
              affinity: $affinity
              topologySpreadConstraints: $spread
              tolerations: $tolerations
              priorityClassName: $priority
              terminationGracePeriodSeconds: $grace
              containers:
                - name: $component
                  image: $image
                  args: [$component]
                  env: $own
                  envFrom: $variables
                  ports: $ports
                  startupProbe: {httpGet: {path: /healthz, port: health}, periodSeconds: 2, failureThreshold: $tries}
                  readinessProbe: {httpGet: {path: /readyz, port: health}, periodSeconds: 3, failureThreshold: 2}
                  livenessProbe: {httpGet: {path: /healthz, port: health}, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6}
                  securityContext: $confined
                  resources: $resources
                  volumeMounts: $mounts
              volumes: $volumes
        """,
        Map.ofEntries(
            Map.entry("name", "berth-" + component),
            Map.entry("component", component),
            Map.entry("replicas", share.replicas()),
            Map.entry("selector", sheet.selector(component)),
            Map.entry("labels", sheet.podLabels(component)),
            Map.entry("annotations", annotations(decides)),
            Map.entry("account", account),
            Map.entry("token", decides),
            Map.entry("pull", PodShape.pullSecrets(install)),
            Map.entry("security", PodShape.security()),
            Map.entry("affinity", PodShape.on(install, workload)),
            Map.entry("spread", PodShape.spread(sheet.selector(component))),
            Map.entry("tolerations", PodShape.tolerations()),
            Map.entry("priority", install.priorities().own()),
            Map.entry("grace", graceSeconds),
            Map.entry("image", install.image()),
            Map.entry("own", own(share)),
            Map.entry("ports", all),
            Map.entry("tries", START_SECONDS / 2),
            Map.entry("confined", PodShape.confined()),
            Map.entry("resources", PodShape.resources(share.cpuMillis(), share.memoryBytes())),
            Map.entry("variables", variables(decides)),
            Map.entry("mounts", mounts(decides)),
            Map.entry("volumes", volumes(decides))));
  }

  private static List<Map<String, String>> own(Share share) {
    return List.of(
        variable("BERTH_CONFIGURATION", "/etc/berth/settings/berth.yaml"),
        variable("BERTH_HOME", "/var/lib/berth/home"),
        variable("BERTH_JAVA_OPTIONS", "-Xmx%dm".formatted(heapMebibytes(share))));
  }

  private static Map<String, String> variable(String name, String value) {
    var variable = new LinkedHashMap<String, String>();
    variable.put("name", name);
    variable.put("value", value);
    return variable;
  }

  /** Half: buffers of the network and the runtime itself are beside the heap. */
  private static long heapMebibytes(Share share) {
    return Math.max(64, (share.memoryBytes() >> 20) / 2);
  }

  /**
   * The gateway, which the world reaches, has no login of the database or the object store, and of
   * the installation's key what is made for it only.
   */
  private static Optional<List<?>> variables(boolean decides) {
    return decides
        ? Optional.of(List.of(Map.of("secretRef", Map.of("name", Secrets.ENVIRONMENT))))
        : Optional.empty();
  }

  private List<Map<String, Object>> mounts(boolean decides) {
    var mounts = new ArrayList<Map<String, Object>>();
    mounts.add(mount("home", "/var/lib/berth", false));
    mounts.add(mount("tmp", "/tmp", false));
    mounts.add(mount("settings", "/etc/berth/settings", true));
    mounts.add(mount("keys", PodSettings.KEYS, true));
    if (!decides) mounts.add(mount("gateway", PodSettings.GATEWAY, true));
    if (hasTls()) mounts.add(mount("tls", PodSettings.TLS, true));
    if (hasTrust()) mounts.add(mount("trust", PodSettings.TRUST, true));
    if (decides && !settings.files().isEmpty()) mounts.add(mount("files", PodSettings.FILES, true));
    if (decides) mounts.add(mount("checks", PodSettings.CHECKS, true));
    return mounts;
  }

  private static Map<String, Object> mount(String name, String path, boolean readOnly) {
    var mount = new LinkedHashMap<String, Object>();
    mount.put("name", name);
    mount.put("mountPath", path);
    if (readOnly) mount.put("readOnly", true);
    return mount;
  }

  private List<Map<String, Object>> volumes(boolean decides) {
    var volumes = new ArrayList<Map<String, Object>>();
    volumes.add(volume("home", "emptyDir", Map.of("sizeLimit", "20Gi")));
    volumes.add(volume("tmp", "emptyDir", Map.of("sizeLimit", "2Gi")));
    volumes.add(volume("settings", "configMap", Map.of("name", read(decides).name())));
    var items = new ArrayList<Map<String, String>>();
    if (decides) items.add(item("key", "key"));
    for (var kind : List.of("ecdsa", "ed25519", "rsa")) {
      for (var end : List.of("", ".pub")) {
        var name = "ssh_host_%s_key%s".formatted(kind, end);
        items.add(item(name, "ssh/" + name));
      }
    }
    var keys = new LinkedHashMap<String, Object>();
    keys.put("secretName", Secrets.KEYS);
    keys.put("defaultMode", 0440);
    keys.put("items", items);
    volumes.add(volume("keys", "secret", keys));
    if (!decides) volumes.add(volume("gateway", "secret", secret(Secrets.GATEWAY)));
    if (hasTls()) {
      var secret =
          install.certificate() instanceof Certificate.Own(var name) ? name : Certificate.SECRET;
      var tls = secret(secret);
      // Control tells who asks it which certificate that is; its key is the gateway's alone.
      if (decides) tls.put("items", List.of(item("tls.crt", "tls.crt")));
      volumes.add(volume("tls", "secret", tls));
    }
    if (hasTrust()) volumes.add(volume("trust", "secret", secret(Secrets.TRUST)));
    if (decides && !settings.files().isEmpty()) {
      volumes.add(volume("files", "secret", secret(Secrets.FILES)));
    }
    if (decides) {
      // Optional: it comes with the first check after apply.
      var checks = new LinkedHashMap<String, Object>();
      checks.put("name", CheckRecord.NAME);
      checks.put("optional", true);
      volumes.add(volume("checks", "configMap", checks));
    }
    return volumes;
  }

  private PodSettings.Role read(boolean decides) {
    return decides ? settings.ofControl() : settings.ofGateway();
  }

  private static Map<String, Object> secret(String name) {
    var secret = new LinkedHashMap<String, Object>();
    secret.put("secretName", name);
    secret.put("defaultMode", 0440);
    return secret;
  }

  private static Map<String, String> item(String key, String path) {
    var item = new LinkedHashMap<String, String>();
    item.put("key", key);
    item.put("path", path);
    return item;
  }

  private static Map<String, Object> volume(String name, String kind, Map<String, ?> content) {
    var volume = new LinkedHashMap<String, Object>();
    volume.put("name", name);
    volume.put(kind, content);
    return volume;
  }

  private boolean hasTrust() {
    return PodSettings.hasTrust(install, settings.authorities());
  }

  private boolean hasTls() {
    return !(install.certificate() instanceof Certificate.Elsewhere);
  }

  /** Pods read secrets at their start only: others make other pods. */
  private Map<String, String> annotations(boolean decides) {
    var annotations = new LinkedHashMap<String, String>();
    var read =
        decides
            ? List.of(Secrets.KEYS, Secrets.ENVIRONMENT, Secrets.FILES, Secrets.TRUST)
            : List.of(Secrets.KEYS, Secrets.GATEWAY, Secrets.TRUST);
    secrets.ifPresent(all -> {
      var content = new LinkedHashMap<String, byte[]>();
      for (var name : read) content.putAll(all.of(name));
      annotations.put("berth.dev/secrets", Digest.sealed(all, content));
    });
    return annotations;
  }
}
