package dev.berth.installer.manifests;

import dev.berth.base.config.Settings;
import dev.berth.installer.config.Install;
import dev.berth.installer.config.Stored;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The servers with volumes that a proof of value has in the cluster: one replica of each. */
final class Parts {
  private static final String NODES = "meta";
  private static final String PASSWORD = Settings.variable("database.password");

  /** The database's program and its tables come of the image, its user of the secret. */
  private static final String DATABASE_START =
      """
      set -eu
      data=/data/mariadb
      if [ ! -d "$data/mysql" ]; then
        rm -rf "$data.new"
        mariadb-install-db --no-defaults --datadir="$data.new" --auth-root-authentication-method=socket --skip-test-db >&2
        mv "$data.new" "$data"
      fi
      umask 077
      # At each start, so that the password is the secret's also when that has changed.
      cat > /run/berth/start.sql <<SQL
      CREATE DATABASE IF NOT EXISTS berth CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
      CREATE USER IF NOT EXISTS 'berth'@'%' IDENTIFIED BY '$BERTH_DATABASE_PASSWORD';
      ALTER USER 'berth'@'%' IDENTIFIED BY '$BERTH_DATABASE_PASSWORD';
      GRANT ALL ON berth.* TO 'berth'@'%';
      SQL
      exec mariadbd --no-defaults --datadir="$data" --init-file=/run/berth/start.sql \\
        --socket=/run/berth/mariadb.sock --pid-file=/run/berth/mariadb.pid --tmpdir=/run/berth \\
        --bind-address=0.0.0.0 --port=3306 --character-set-server=utf8mb4 --skip-name-resolve \\
        --max-connections=200 --innodb-buffer-pool-size=128M --innodb-flush-log-at-trx-commit=1
      """;

  private static final String STORE_START =
      """
      set -eu
      mkdir -p /data/store
      exec weed server -dir=/data/store -ip=127.0.0.1 -ip.bind=127.0.0.1 -s3.ip.bind=0.0.0.0 \\
        -master.volumeSizeLimitMB=1024 -volume.max=0 -volume.preStopSeconds=1 \\
        -filer -s3 -s3.port=8333 -s3.config=/etc/berth/store/s3.json
      """;

  /** Until the bucket is there, nobody is sent here. */
  private static final String STORE_BUCKET =
      """
      until echo "s3.bucket.list" | weed shell -master=127.0.0.1:9333 2>&1 | grep -q '^ *berth[[:space:]]'; do
        echo "s3.bucket.create -name berth" | weed shell -master=127.0.0.1:9333 > /dev/null 2>&1 || true
        sleep 1
      done
      """;

  private final Sheet sheet;
  private final Install install;

  private final Optional<Secrets> secrets;

  private Parts(Sheet sheet, Install install, Optional<Secrets> secrets) {
    this.sheet = sheet;
    this.install = install;
    this.secrets = secrets;
  }

  static void write(Sheet sheet, Install install, Optional<Secrets> secrets) {
    var parts = new Parts(sheet, install, secrets);
    install.database().ifPresent(parts::database);
    install.objects().ifPresent(parts::objects);
    install.registry().ifPresent(parts::registry);
  }

  private void database(Stored stored) {
    var container = new LinkedHashMap<String, Object>();
    container.put("command", List.of("sh", "-c", DATABASE_START));
    container.put("env", List.of(password()));
    container.put("startupProbe", knock(3306, 90)); // recovery after a crash takes its time
    container.put("readinessProbe", knock(3306, 3));
    part(
        Stage.DATABASE,
        "database",
        "Accounts, workspaces and settings: MariaDB, whose tables outlive the pod in a volume.",
        stored,
        3306,
        container,
        List.of(),
        sealed(Secrets.ENVIRONMENT, Set.of(PASSWORD)));
  }

  private static Map<String, Object> password() {
    var reference = new LinkedHashMap<String, Object>();
    reference.put("name", Secrets.ENVIRONMENT);
    reference.put("key", PASSWORD);
    var variable = new LinkedHashMap<String, Object>();
    variable.put("name", PASSWORD);
    variable.put("valueFrom", Map.of("secretKeyRef", reference));
    return variable;
  }

  private static Map<String, Object> knock(int port, int failures) {
    var probe = new LinkedHashMap<String, Object>();
    probe.put("tcpSocket", Map.of("port", port));
    probe.put("periodSeconds", 2);
    probe.put("failureThreshold", failures);
    return probe;
  }

  private void objects(Stored stored) {
    var container = new LinkedHashMap<String, Object>();
    container.put("command", List.of("sh", "-c", STORE_START));
    container.put(
        "lifecycle",
        Map.of("postStart", Map.of("exec", Map.of("command", List.of("sh", "-c", STORE_BUCKET)))));
    container.put("readinessProbe", knock(8333, 3));
    part(
        Stage.STORE,
        "objects",
        "The files of workspaces, as they are saved: SeaweedFS, which speaks S3.",
        stored,
        8333,
        container,
        List.of(secretVolume("store", Secrets.STORE, "/etc/berth/store")),
        sealed(
            Secrets.STORE, secrets.map(all -> all.of(Secrets.STORE).keySet()).orElseGet(Set::of)));
  }

  private void registry(Stored stored) {
    var container = new LinkedHashMap<String, Object>();
    container.put("args", List.of("/etc/berth/registry/registry.yml"));
    container.put("readinessProbe", knock(5000, 3));
    var settings =
        """
        version: 0.1
        log: {level: warn, formatter: json}
        storage:
          filesystem: {rootdirectory: /data/registry}
        http: {addr: ":5000"}
        """;
    sheet.add(
        Stage.SETTINGS,
        "registry",
        "What the registry in the cluster is told.",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: berth-registry}
        data: {registry.yml: $settings}
        """,
        Map.of("settings", settings));
    var volume = new LinkedHashMap<String, Object>();
    volume.put("name", "settings");
    volume.put("configMap", Map.of("name", "berth-registry"));
    part(
        Stage.REGISTRY,
        "registry",
        "Images that are made for workspaces: the registry of the Distribution project.",
        stored,
        5000,
        container,
        List.of(new Mounted(volume, "/etc/berth/registry")),
        Map.of("berth.dev/settings", Digest.of(settings)));
  }

  /** A volume and where the container has it. */
  private record Mounted(Map<String, Object> volume, String path) {}

  private static Mounted secretVolume(String name, String secret, String path) {
    var volume = new LinkedHashMap<String, Object>();
    volume.put("name", name);
    volume.put("secret", Map.of("secretName", secret));
    return new Mounted(volume, path);
  }

  /** They read it at their start only: another one makes another pod. */
  private Map<String, String> sealed(String secret, Set<String> entries) {
    if (secrets.isEmpty()) return Map.of();
    var content = new LinkedHashMap<>(secrets.get().of(secret));
    content.keySet().retainAll(entries);
    return Map.of("berth.dev/secrets", Digest.sealed(secrets.get(), content));
  }

  private void part(
      Stage stage,
      String component,
      String why,
      Stored stored,
      int port,
      Map<String, Object> own,
      List<Mounted> mounted,
      Map<String, String> annotations) {
    var container = new LinkedHashMap<String, Object>();
    container.put("name", component);
    container.put("image", stored.image());
    container.putAll(own);
    container.put("ports", List.of(Map.of("containerPort", port)));
    container.put("securityContext", PodShape.confined());
    container.put("resources", PodShape.resources(100, stored.memoryBytes()));
    var mounts = new ArrayList<Map<String, Object>>();
    mounts.add(mount("data", "/data", false));
    mounts.add(mount("run", "/run/berth", false));
    mounts.add(mount("run", "/tmp", false));
    var volumes = new ArrayList<Object>();
    var run = new LinkedHashMap<String, Object>();
    run.put("name", "run");
    run.put("emptyDir", Map.of("sizeLimit", "1Gi"));
    volumes.add(run);
    for (var each : mounted) {
      volumes.add(each.volume());
      mounts.add(mount(String.valueOf(each.volume().get("name")), each.path(), true));
    }
    container.put("volumeMounts", mounts);
    sheet.add(
        stage,
        component,
        "The address of the %s in the cluster.".formatted(component),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: $name}
        spec:
          selector: $selector
          ports: [{name: $component, port: $port, targetPort: $port}]
        """,
        Map.of(
            "name",
            "berth-" + component,
            "selector",
            sheet.selector(component),
            "component",
            component,
            "port",
            port));
    sheet.add(
        stage,
        component,
        "%s Its volume stays when this goes.".formatted(why),
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: $name}
        spec:
          accessModes: [ReadWriteOnce]
          storageClassName: $class
          resources: {requests: {storage: $size}}
        """,
        Map.of(
            "name", "berth-" + component,
            "class", stored.storageClass(),
            "size", stored.size()));
    sheet.add(
        stage,
        component,
        why,
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: $name}
        spec:
          replicas: 1
          podManagementPolicy: Parallel # else one that never gets ready is never replaced by a mended one
          serviceName: $name
          selector: {matchLabels: $selector}
          template:
            metadata: {labels: $labels, annotations: $annotations}
            spec:
              serviceAccountName: berth-nobody
              automountServiceAccountToken: false
              enableServiceLinks: false
              imagePullSecrets: $pull
              securityContext: $security
              affinity: $affinity
              priorityClassName: $priority
              terminationGracePeriodSeconds: 60
              containers: [$container]
              volumes: $volumes
        """,
        Map.ofEntries(
            Map.entry("name", "berth-" + component),
            Map.entry("selector", sheet.selector(component)),
            Map.entry("labels", sheet.podLabels(component)),
            Map.entry("annotations", annotations),
            Map.entry("pull", PodShape.pullSecrets(install)),
            Map.entry("security", PodShape.security()),
            Map.entry("affinity", PodShape.on(install, NODES)),
            Map.entry("priority", install.priorities().own()),
            Map.entry("container", container),
            Map.entry("volumes", withClaim(volumes, component))));
  }

  private static List<Object> withClaim(List<Object> volumes, String component) {
    var all = new ArrayList<Object>(volumes);
    var claim = new LinkedHashMap<String, Object>();
    claim.put("name", "data");
    claim.put("persistentVolumeClaim", Map.of("claimName", "berth-" + component));
    all.addFirst(claim);
    return all;
  }

  private static Map<String, Object> mount(String volume, String path, boolean readOnly) {
    var mount = new LinkedHashMap<String, Object>();
    mount.put("name", volume);
    mount.put("mountPath", path);
    if (readOnly) mount.put("readOnly", true);
    return mount;
  }
}
