package dev.berth.runtime.kubernetes.pod;

import dev.berth.base.json.Json;
import dev.berth.protocol.Port;
import dev.berth.protocol.editor.Editor;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.runtime.InstanceSpec;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The pod of an instance: the user's container, what brings our trees into it, and the container
 * that keeps its files. It is named as its workspace, so that the cluster has one at most.
 */
public final class PodOf {
  private static final String FILES = "files";
  private static final String WORKSPACE = "/workspace";

  /**
   * What the JVM of the supervisor would take from the image as its own; empty is as if it were not
   * there. PATH is the other way round: the image's counts, which is why the tree's is left out.
   */
  private static final List<String> NOT_OF_IMAGE =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "LD_LIBRARY_PATH", "LD_PRELOAD");

  /**
   * How long a pod stays on a node with one of the taints by which the cluster tells of its health.
   * Of one that does not answer what runs is given up sooner, by {@code Patience.unreachable} of
   * the reading; this is for what is still on its way, and for a Berth that is away. One that
   * answers and is not ready, as its network plugin starts anew, has the time that Kubernetes gives
   * all pods.
   */
  private static final Map<String, Long> TOLERATED_SECONDS =
      new TreeMap<>(Map.of("unreachable", 30L, "not-ready", 300L));

  /** From the end of the supervisor's own grace to the kill. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  /**
   * What the scheduler keeps free of a node's disk for an instance: a plain clone and its log. It
   * is asked for by name, as a limit without a request is taken for the request, and a node has no
   * room for many whole disks that nobody fills.
   */
  private static final long DISK_REQUEST_BYTES = 1L << 30;

  private final PodOptions options;
  private final Abilities abilities;

  public PodOf(PodOptions options, Abilities abilities) {
    this.options = options;
    this.abilities = abilities;
  }

  /**
   * The pod of {@code spec} with the image {@code reference}. Its boot plan is the secret's: see
   * {@link BootSecret}.
   */
  public Pod of(InstanceSpec spec, String reference) {
    var plan = spec.boot();
    var trees = Trees.none();
    trees.add("supervisor", options.supervisor().tree(), "/.supervisor", abilities);
    if (spec.editor().isPresent() && options.editor().isPresent()) {
      trees.add("editor", options.editor().get(), Editor.TREE.toString(), abilities);
    }
    var first = new ArrayList<>(trees.copiers());
    options.content().ifPresent(content -> first.add(content(content, spec)));
    return new PodBuilder()
        .withNewMetadata()
        .withName(spec.workspace().value())
        .withLabels(labels(plan, options.installation()))
        .withAnnotations(annotations(plan))
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withHostUsers(abilities.userNamespaces() ? Boolean.FALSE : null)
        .withTerminationGracePeriodSeconds(grace(plan).toSeconds())
        .withAffinity(affinity(plan.headless()))
        .withTolerations(tolerations(plan.size().name()))
        .withPriorityClassName(options.placement().priorityClass(plan.size().name()).orElse(null))
        .withImagePullSecrets(
            options.placement().pullSecrets().stream().map(LocalObjectReference::new).toList())
        .withVolumes(volumes(spec, trees))
        .withInitContainers(first)
        .withContainers(main(spec, reference, trees))
        .endSpec()
        .build();
  }

  /** How long a pod may take to end that nobody hurries. */
  private Duration grace(BootPlan plan) {
    var save = options.content().map(ContentContainer::saveGrace).orElse(Duration.ZERO);
    return Duration.ofSeconds(plan.stopGraceSeconds()).plus(SLACK).plus(save);
  }

  private static Map<String, String> labels(BootPlan plan, String installation) {
    var labels = new TreeMap<String, String>();
    labels.put(Marks.NAME, "workspace");
    labels.put(Marks.PART_OF, "berth");
    labels.put(Marks.COMPONENT, plan.headless() ? "prebuild" : "workspace");
    labels.put(Marks.MANAGED_BY, Marks.OURS);
    labels.put(Marks.WORKSPACE, plan.workspace().value());
    labels.put(Marks.INSTALLATION, installation);
    labels.put(Marks.INSTANCE, plan.instance().value());
    labels.put(Marks.OWNER, plan.owner().id().value());
    labels.put(Marks.CLASS, value(plan.size().name()));
    labels.put(Marks.HEADLESS, Boolean.toString(plan.headless()));
    return labels;
  }

  /** What of {@code name} a label may hold. */
  private static String value(String name) {
    var plain = name.replaceAll("[^A-Za-z0-9_.-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    return plain
        .substring(0, Math.min(plain.length(), 63)) // the longest that Kubernetes takes
        .replaceAll("[^A-Za-z0-9]+$", "");
  }

  private static Map<String, String> annotations(BootPlan plan) {
    return Map.of(
        Marks.CONTEXT_URL,
        plan.contextUrl(),
        Marks.ADDRESS,
        plan.workspaceUrl(),
        Marks.SAFE_TO_EVICT,
        "false");
  }

  private Affinity affinity(boolean headless) {
    return new AffinityBuilder()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewNodeSelectorTerm()
        .addNewMatchExpression()
        .withKey(options.placement().label(headless))
        .withOperator("In")
        .withValues("true")
        .endMatchExpression()
        .endNodeSelectorTerm()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .build();
  }

  private List<Toleration> tolerations(String size) {
    var all = new ArrayList<Toleration>();
    TOLERATED_SECONDS.forEach((taint, seconds) ->
        all.add(
            new TolerationBuilder()
                .withKey("node.kubernetes.io/" + taint)
                .withOperator("Exists")
                .withEffect("NoExecute")
                .withTolerationSeconds(seconds)
                .build()));
    for (var own : options.placement().tolerations(size)) {
      all.add(
          new TolerationBuilder()
              .withKey(own.key())
              .withOperator(own.value().isPresent() ? "Equal" : "Exists")
              .withValue(own.value().orElse(null))
              .withEffect(own.effect().orElse(null))
              .build());
    }
    return all;
  }

  private List<Volume> volumes(InstanceSpec spec, Trees trees) {
    var key = Marks.bootKey(spec.boot().instance().value());
    var volumes = new ArrayList<Volume>();
    volumes.add(
        new VolumeBuilder()
            .withName(Marks.BOOT_VOLUME)
            .withNewSecret()
            .withSecretName(spec.workspace().value())
            .withDefaultMode(0400)
            .addNewItem()
            .withKey(key)
            .withPath(name(BootPlan.PATH))
            .endItem()
            .endSecret()
            .build());
    volumes.add(
        new VolumeBuilder()
            .withName(FILES)
            .withNewEmptyDir()
            .withSizeLimit(bytes(options.shares().filesBytes()))
            .endEmptyDir()
            .build());
    for (int i = 0; i <= spec.inMemory().size(); i++) {
      volumes.add(
          new VolumeBuilder()
              .withName("memory-" + i)
              .withNewEmptyDir()
              .withMedium("Memory")
              .withSizeLimit(bytes(spec.size().memoryBytes() / 2))
              .endEmptyDir()
              .build());
    }
    volumes.addAll(trees.volumes());
    return volumes;
  }

  private static String name(String path) {
    return Objects.requireNonNull(Path.of(path).getFileName()).toString();
  }

  private Container main(InstanceSpec spec, String reference, Trees trees) {
    return new ContainerBuilder()
        .withName(Marks.MAIN)
        .withImage(reference)
        .withCommand(options.supervisor().argv())
        .withWorkingDir("/")
        .withEnv(mainEnv())
        .withSecurityContext(Security.ofUsers(abilities.userNamespaces()))
        .addNewPort()
        .withName("supervisor")
        .withContainerPort(Port.SUPERVISOR)
        .endPort()
        .withNewResources()
        .withRequests(requests(spec))
        .withLimits(limits(spec))
        .endResources()
        .withVolumeMounts(mainMounts(spec, trees))
        .build();
  }

  private List<EnvVar> mainEnv() {
    var env = new TreeMap<String, String>();
    NOT_OF_IMAGE.forEach(name -> env.put(name, ""));
    env.putAll(options.supervisor().env());
    env.remove("PATH");
    return variables(env);
  }

  private static List<EnvVar> variables(Map<String, String> env) {
    return env.entrySet().stream()
        .map(entry -> new EnvVar(entry.getKey(), literal(entry.getValue()), null))
        .toList();
  }

  /** Kubernetes puts values where it reads {@code $(NAME)}. */
  private static String literal(String value) {
    return value.replace("$", "$$");
  }

  private List<VolumeMount> mainMounts(InstanceSpec spec, Trees trees) {
    var mounts = new ArrayList<>(trees.mounts());
    mounts.add(
        new VolumeMountBuilder()
            .withName(Marks.BOOT_VOLUME)
            .withMountPath(Objects.requireNonNull(Path.of(BootPlan.PATH).getParent()).toString())
            .withReadOnly(true)
            .build());
    mounts.add(files());
    mounts.add(mount("memory-0", "/dev/shm")); // browsers keep their pages' pictures there
    for (int i = 0; i < spec.inMemory().size(); i++) {
      mounts.add(mount("memory-" + (i + 1), spec.inMemory().get(i)));
    }
    return mounts;
  }

  private VolumeMount files() {
    var mount = mount(FILES, WORKSPACE);
    if (options.content().isPresent()) mount.setSubPath(ContentContainer.FILES);
    return mount;
  }

  private static VolumeMount mount(String name, String path) {
    return new VolumeMountBuilder().withName(name).withMountPath(path).build();
  }

  private Map<String, Quantity> requests(InstanceSpec spec) {
    var shares = options.shares();
    var size = spec.size();
    return Map.of(
        "cpu",
        new Quantity(size.cpuMillis() * shares.cpuPercent() / 100 + "m"),
        "memory",
        bytes(size.memoryBytes() / 100 * shares.memoryPercent()),
        "ephemeral-storage",
        bytes(Math.min(DISK_REQUEST_BYTES, shares.diskBytes())));
  }

  private Map<String, Quantity> limits(InstanceSpec spec) {
    var size = spec.size();
    return Map.of(
        "cpu", new Quantity(size.cpuMillis() + "m"),
        "memory", bytes(size.memoryBytes()),
        "ephemeral-storage", bytes(options.shares().diskBytes()));
  }

  private static Quantity bytes(long bytes) {
    return new Quantity(Long.toString(bytes));
  }

  private static Container content(ContentContainer content, InstanceSpec spec) {
    return new ContainerBuilder()
        .withName(Marks.CONTENT)
        .withImage(content.image())
        .withCommand(content.command())
        .withArgs(content.args())
        .withRestartPolicy("Always") // it ends after the user's container, not before it
        .withEnv(contentEnv(content, spec))
        .withSecurityContext(Security.ofOurs(false))
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withNewStartupProbe()
        .withNewHttpGet()
        .withPath(ContentContainer.RESTORED)
        .withNewPort(ContentContainer.PORT)
        .endHttpGet()
        .withPeriodSeconds(1)
        .withFailureThreshold((int) content.restoreLongest().toSeconds())
        .endStartupProbe()
        .withNewResources()
        .withRequests(
            Map.of("cpu", new Quantity("50m"), "memory", bytes(content.memoryBytes() / 2)))
        .withLimits(Map.of("memory", bytes(content.memoryBytes())))
        .endResources()
        .withVolumeMounts(mount(FILES, ContentContainer.VOLUME))
        .build();
  }

  private static List<EnvVar> contentEnv(ContentContainer content, InstanceSpec spec) {
    var plan = spec.boot();
    var env = new HashMap<String, String>();
    env.put("BERTH_WORKSPACE", plan.workspace().value());
    env.put("BERTH_INSTANCE", plan.instance().value());
    env.put("BERTH_OWNER", plan.owner().id().value());
    env.put("BERTH_HEADLESS", Boolean.toString(plan.headless()));
    spec.seed().ifPresent(seed -> env.put("BERTH_SEED", Json.write(seed)));
    var all = new ArrayList<>(variables(new TreeMap<>(env)));
    var workspace = plan.workspace().value();
    for (var name : new TreeMap<>(content.secrets().apply(plan.owner().id())).keySet()) {
      all.add(secret(name, workspace, name));
    }
    all.add(secret("BERTH_TOKEN", workspace, Marks.tokenKey(plan.instance().value())));
    all.add(
        new EnvVarBuilder()
            .withName("BERTH_POD_ADDRESS")
            .withNewValueFrom()
            .withNewFieldRef()
            .withFieldPath("status.podIP")
            .endFieldRef()
            .endValueFrom()
            .build());
    return all;
  }

  private static EnvVar secret(String name, String secret, String key) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewSecretKeyRef(key, secret, false)
        .endValueFrom()
        .build();
  }
}
