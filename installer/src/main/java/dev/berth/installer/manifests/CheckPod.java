package dev.berth.installer.manifests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.installer.config.Install;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pods that try something out for the installer's checks, and end. */
public final class CheckPod {
  /** What all that a check makes carries. */
  public static final String COMPONENT = "check";

  /** Label: what a check made it for. */
  public static final String OF_CHECK = "berth.dev/check";

  private static final long MEMORY_BYTES = 384L << 20;

  private CheckPod() {}

  /**
   * One that runs Berth's own image.
   *
   * @param apartFrom the name of a pod on whose node it had better not be
   */
  public static ObjectNode ofBerth(
      Install install,
      String namespace,
      String name,
      List<String> arguments,
      Optional<String> apartFrom) {
    return pod(install, namespace, name, new How(arguments, apartFrom), List.of());
  }

  /** One that has the installation's settings and secrets as its roles have. */
  public static ObjectNode withSettings(
      Install install, String namespace, String name, List<String> arguments) {
    return pod(
        install,
        namespace,
        name,
        new How(arguments, Optional.empty()),
        List.of(
            mounted(
                "settings", "/etc/berth/settings", "configMap", Map.of("name", "berth-settings")),
            mounted("keys", PodSettings.KEYS, "secret", Map.of("secretName", Secrets.KEYS)),
            mounted("trust", PodSettings.TRUST, "secret", optional(Secrets.TRUST)),
            mounted("files", PodSettings.FILES, "secret", optional(Secrets.FILES))));
  }

  /** One of another image, which can run nothing: what matters is whether its image is pulled. */
  public static ObjectNode ofImage(Install install, String namespace, String name, String image) {
    return Template.fill(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: $name, namespace: $namespace, labels: $labels}
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          imagePullSecrets: $pull
          affinity: $affinity
          securityContext: $security
          containers:
            - {name: check, image: $image, command: [/berth-check], securityContext: $confined, resources: $resources}
        """,
        Map.of(
            "name", name,
            "namespace", namespace,
            "labels", labels(name),
            "pull", PodShape.pullSecrets(install),
            "affinity", PodShape.on(install, "workspace_regular"),
            "security", PodShape.security(),
            "image", image,
            "confined", PodShape.confined(),
            "resources", PodShape.resources(10, 64L << 20)));
  }

  private record How(List<String> arguments, Optional<String> apartFrom) {}

  private record Mounted(Map<String, Object> volume, Map<String, Object> mount) {}

  private static Mounted mounted(String name, String path, String kind, Map<String, ?> content) {
    var volume = new LinkedHashMap<String, Object>();
    volume.put("name", name);
    volume.put(kind, content);
    var mount = new LinkedHashMap<String, Object>();
    mount.put("name", name);
    mount.put("mountPath", path);
    mount.put("readOnly", true);
    return new Mounted(volume, mount);
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

  private static ObjectNode pod(
      Install install, String namespace, String name, How how, List<Mounted> mounted) {
    var volumes = new ArrayList<Object>();
    var mounts = new ArrayList<Object>();
    var tmp = mounted("tmp", "/tmp", "emptyDir", Map.of());
    volumes.add(tmp.volume());
    mounts.add(Map.of("name", "tmp", "mountPath", "/tmp"));
    for (var each : mounted) {
      volumes.add(each.volume());
      mounts.add(each.mount());
    }
    var labels = labels(name);
    labels.put("app.kubernetes.io/name", "berth");
    labels.put("app.kubernetes.io/instance", install.namespace());
    labels.put("app.kubernetes.io/component", COMPONENT);
    var filled =
        Template.fill(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: $name, namespace: $namespace, labels: $labels}
            spec:
              restartPolicy: Never
              automountServiceAccountToken: false
              enableServiceLinks: false
              terminationGracePeriodSeconds: 1
              imagePullSecrets: $pull
              affinity: $affinity
              securityContext: $security
              containers:
                - name: check
                  image: $image
                  args: $args
                  env:
                    - {name: BERTH_CONFIGURATION, value: /etc/berth/settings/berth.yaml}
                    - {name: BERTH_HOME, value: /tmp/berth}
                    - {name: BERTH_JAVA_OPTIONS, value: -Xmx128m}
                  envFrom: $variables
                  securityContext: $confined
                  resources: $resources
                  volumeMounts: $mounts
              volumes: $volumes
            """,
            Map.ofEntries(
                Map.entry("name", name),
                Map.entry("namespace", namespace),
                Map.entry("labels", labels),
                Map.entry("pull", PodShape.pullSecrets(install)),
                Map.entry("affinity", affinity(install, how)),
                Map.entry("security", PodShape.security()),
                Map.entry("image", install.image()),
                Map.entry("args", how.arguments()),
                Map.entry(
                    "variables",
                    mounted.isEmpty()
                        ? List.of()
                        : List.of(Map.of("secretRef", Map.of("name", Secrets.ENVIRONMENT)))),
                Map.entry("confined", PodShape.confined()),
                Map.entry("resources", PodShape.resources(50, MEMORY_BYTES)),
                Map.entry("mounts", mounts),
                Map.entry("volumes", volumes)));
    return filled;
  }

  private static Map<String, Object> affinity(Install install, How how) {
    var affinity = new LinkedHashMap<String, Object>(PodShape.on(install, "workspace_regular"));
    if (how.apartFrom().isPresent()) {
      var term = new LinkedHashMap<String, Object>();
      term.put("topologyKey", "kubernetes.io/hostname");
      term.put("labelSelector", Map.of("matchLabels", Map.of(OF_CHECK, how.apartFrom().get())));
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
