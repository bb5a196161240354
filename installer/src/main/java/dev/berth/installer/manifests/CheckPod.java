package dev.berth.installer.manifests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.base.config.Settings;
import dev.berth.installer.config.Install;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pod that tries something out for the installer's checks, in the place of another, and ends. */
public final class CheckPod {
  /** What all that a check makes carries. */
  public static final String COMPONENT = "check";

  /** Label: what a check made it for. */
  public static final String OF_CHECK = "berth.dev/check";

  /** Where it has a claim's volume. */
  public static final String DATA = "/data";

  private static final long MEMORY_BYTES = 384L << 20;

  private final Install install;
  private final At at;
  private final List<Object> volumes = new ArrayList<>();
  private final List<Object> mounts = new ArrayList<>();
  private final List<Object> variables =
      new ArrayList<>(
          List.of(
              variable("BERTH_CONFIGURATION", "/etc/berth/settings/berth.yaml"),
              variable("BERTH_HOME", "/tmp/berth"),
              variable("BERTH_JAVA_OPTIONS", "-Xmx128m")));
  private Optional<String> apartFrom = Optional.empty();

  private CheckPod(Install install, At at) {
    this.install = install;
    this.at = at;
  }

  /**
   * Which pod it is, and where.
   *
   * @param place whose nodes, tolerations and account it has
   * @param priority a PriorityClass that is there
   */
  public record At(String namespace, String name, Place place, Optional<String> priority) {}

  /** One that runs Berth's own image. */
  public static ObjectNode ofBerth(Install install, At at, List<String> arguments) {
    return new CheckPod(install, at).ofBerth(arguments);
  }

  /** The same, on another node than the pod of the check {@code other} where there is one. */
  public static ObjectNode apartFrom(String other, Install install, At at, List<String> arguments) {
    var pod = new CheckPod(install, at);
    pod.apartFrom = Optional.of(other);
    return pod.ofBerth(arguments);
  }

  /**
   * One that has the settings of {@code control} and the logins that its place needs: never the
   * installation's key, and only in control's own place the database's password.
   */
  public static ObjectNode like(
      Deployment control, Install install, At at, List<String> arguments) {
    var pod = new CheckPod(install, at);
    pod.mount("settings", "/etc/berth/settings", "configMap", Map.of("name", settings(control)));
    pod.mount("trust", PodSettings.TRUST, "secret", optional(Secrets.TRUST));
    pod.mount("files", PodSettings.FILES, "secret", optional(Secrets.FILES));
    PodSettings.SECRET.stream()
        .filter(path -> at.place() == Place.CONTROL || path.startsWith("objects."))
        .map(Settings::variable)
        .forEach(name -> pod.variables.add(secret(name)));
    return pod.ofBerth(arguments);
  }

  private static String settings(Deployment control) {
    return control.getSpec().getTemplate().getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals("settings"))
        .map(volume -> volume.getConfigMap().getName())
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Object> secret(String name) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("name", Secrets.ENVIRONMENT);
    entry.put("key", name);
    entry.put("optional", true);
    var variable = new LinkedHashMap<String, Object>();
    variable.put("name", name);
    variable.put("valueFrom", Map.of("secretKeyRef", entry));
    return variable;
  }

  /** One that has the volume of {@code claim} at {@link #DATA}. */
  public static ObjectNode withClaim(Install install, At at, String claim, List<String> arguments) {
    var pod = new CheckPod(install, at);
    pod.volumes.add(volume("data", "persistentVolumeClaim", Map.of("claimName", claim)));
    pod.mounts.add(mounted("data", DATA));
    return pod.ofBerth(arguments);
  }

  /** One of another image, which can run nothing: what matters is whether its image is pulled. */
  public static ObjectNode ofImage(Install install, At at, String image) {
    var container = new LinkedHashMap<String, Object>();
    container.put("name", "check");
    container.put("image", image);
    container.put("command", List.of("/berth-check"));
    container.put("securityContext", PodShape.confined());
    container.put("resources", PodShape.resources(10, 64L << 20));
    return new CheckPod(install, at).filled(labels(at.name()), container);
  }

  private void mount(String name, String path, String kind, Map<String, ?> content) {
    volumes.add(volume(name, kind, content));
    var mount = mounted(name, path);
    mount.put("readOnly", true);
    mounts.add(mount);
  }

  private static Map<String, Object> volume(String name, String kind, Map<String, ?> content) {
    var volume = new LinkedHashMap<String, Object>();
    volume.put("name", name);
    volume.put(kind, content);
    return volume;
  }

  private static Map<String, Object> mounted(String name, String path) {
    var mount = new LinkedHashMap<String, Object>();
    mount.put("name", name);
    mount.put("mountPath", path);
    return mount;
  }

  private static Map<String, Object> optional(String secret) {
    var content = new LinkedHashMap<String, Object>();
    content.put("secretName", secret);
    content.put("optional", true);
    return content;
  }

  private static Map<String, String> labels(String name) {
    var labels = new LinkedHashMap<String, String>();
    labels.put("app.kubernetes.io/managed-by", Sheet.MANAGED_BY);
    labels.put(OF_CHECK, name);
    return labels;
  }

  private ObjectNode ofBerth(List<String> arguments) {
    volumes.addFirst(volume("tmp", "emptyDir", Map.of()));
    mounts.addFirst(mounted("tmp", "/tmp"));
    var labels = labels(at.name());
    labels.put("app.kubernetes.io/name", "berth");
    labels.put("app.kubernetes.io/instance", install.namespace());
    labels.put("app.kubernetes.io/component", COMPONENT);
    var container = new LinkedHashMap<String, Object>();
    container.put("name", "check");
    container.put("image", install.image());
    container.put("args", arguments);
    container.put("env", variables);
    container.put("securityContext", PodShape.confined());
    container.put("resources", PodShape.resources(50, MEMORY_BYTES));
    container.put("volumeMounts", mounts);
    return filled(labels, container);
  }

  private static Map<String, Object> variable(String name, String value) {
    var variable = new LinkedHashMap<String, Object>();
    variable.put("name", name);
    variable.put("value", value);
    return variable;
  }

  private ObjectNode filled(Map<String, String> labels, Map<String, Object> container) {
    boolean amongBerths = at.namespace().equals(install.namespace());
    return Template.fill(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: $name, namespace: $namespace, labels: $labels}
        spec:
          restartPolicy: Never
          serviceAccountName: $account
          automountServiceAccountToken: false
          enableServiceLinks: false
          terminationGracePeriodSeconds: 1
          imagePullSecrets: $pull
          affinity: $affinity
          tolerations: $tolerations
          priorityClassName: $priority
          securityContext: $security
          containers: [$container]
          volumes: $volumes
        """,
        Map.ofEntries(
            Map.entry("name", at.name()),
            Map.entry("namespace", at.namespace()),
            Map.entry("labels", labels),
            // The namespace of a trial has none of Berth's accounts.
            Map.entry(
                "account", amongBerths ? Optional.of(at.place().account()) : Optional.empty()),
            Map.entry("pull", PodShape.pullSecrets(install)),
            Map.entry("affinity", affinity()),
            Map.entry("tolerations", at.place().tolerations(install)),
            Map.entry("priority", at.priority()),
            Map.entry("security", PodShape.security()),
            Map.entry("container", container),
            Map.entry("volumes", volumes)));
  }

  private Map<String, Object> affinity() {
    var affinity = new LinkedHashMap<>(PodShape.on(install, at.place().workload()));
    if (apartFrom.isPresent()) {
      var term = new LinkedHashMap<String, Object>();
      term.put("topologyKey", "kubernetes.io/hostname");
      term.put("labelSelector", Map.of("matchLabels", Map.of(OF_CHECK, apartFrom.get())));
      var weighed = new LinkedHashMap<String, Object>();
      weighed.put("weight", 100);
      weighed.put("podAffinityTerm", term);
      affinity.put(
          "podAntiAffinity",
          Map.of("preferredDuringSchedulingIgnoredDuringExecution", List.of(weighed)));
    }
    return affinity;
  }
}
