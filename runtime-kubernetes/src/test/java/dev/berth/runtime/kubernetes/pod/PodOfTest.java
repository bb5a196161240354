package dev.berth.runtime.kubernetes.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.json.Json;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Seed;
import dev.berth.runtime.kubernetes.TestSpecs;
import dev.berth.runtime.kubernetes.pod.Placement.Toleration;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PodOfTest {
  private static final WorkspaceId FOX = new WorkspaceId("octo-hello-abcdefghijk");
  private static final Abilities ALL = new Abilities(true, true);

  private static final ContentContainer CONTENT =
      new ContentContainer(
          "berth/content:1",
          List.of("/content"),
          List.of("--all"),
          owner -> Map.of("STORE_KEY", "of " + owner),
          512L << 20,
          Duration.ofSeconds(40),
          Duration.ofMinutes(20));

  private final InstanceSpec spec =
      TestSpecs.spec(
          FOX,
          "",
          new InstanceImage.Default(),
          Optional.of(new Seed(new WorkspaceId("octo-other-abcdefghijk"), "p1")));

  @Test
  void it_is_named_as_its_workspace_and_says_whose_it_is() {
    var meta = pod(ALL).getMetadata();

    assertThat(meta.getName()).isEqualTo(FOX.value());
    assertThat(meta.getLabels())
        .containsEntry("app.kubernetes.io/managed-by", "berth")
        .containsEntry("berth.dev/workspace", FOX.value())
        .containsEntry("berth.dev/instance", spec.boot().instance().value())
        .containsEntry("berth.dev/owner", spec.boot().owner().id().value())
        .containsEntry("berth.dev/class", "standard")
        .containsEntry("berth.dev/headless", "false");
    assertThat(meta.getAnnotations())
        .containsEntry("berth.dev/context-url", "https://example.org/a/b");
  }

  @Test
  void it_gets_nothing_of_the_clusters() {
    var pod = pod(ALL).getSpec();

    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getEnableServiceLinks()).isFalse();
    assertThat(pod.getHostUsers()).isFalse();
    assertThat(pod.getRestartPolicy()).isEqualTo("Never");
    var security = main(pod).getSecurityContext();
    assertThat(security.getRunAsUser()).isZero();
    assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(security.getCapabilities().getAdd())
        .contains("MKNOD", "SETUID")
        .doesNotContain("NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_PTRACE");
  }

  @Test
  void whose_root_is_the_nodes_may_less() {
    var pod = pod(new Abilities(true, false)).getSpec();

    assertThat(pod.getHostUsers()).isNull();
    assertThat(main(pod).getSecurityContext().getCapabilities().getAdd())
        .contains("SETUID")
        .doesNotContain("MKNOD");
  }

  @Test
  void a_tree_is_a_mounted_image_where_the_cluster_can() {
    var pod = pod(ALL).getSpec();

    assertThat(volume(pod, "supervisor").getImage().getReference()).isEqualTo("berth:1");
    var mount = mounted(main(pod), "/.supervisor");
    assertThat(mount.getSubPath()).isEqualTo("opt/supervisor");
    assertThat(mount.getReadOnly()).isTrue();
    assertThat(pod.getInitContainers()).isEmpty();
  }

  @Test
  void a_tree_is_copied_where_it_cannot() {
    var pod = pod(Abilities.NONE).getSpec();

    assertThat(volume(pod, "supervisor").getImage()).isNull();
    assertThat(volume(pod, "supervisor").getEmptyDir()).isNotNull();
    assertThat(mounted(main(pod), "/.supervisor").getReadOnly()).isTrue();
    var copier = pod.getInitContainers().getFirst();
    assertThat(copier.getImage()).isEqualTo("berth:1");
    assertThat(copier.getCommand()).containsExactly("cp", "-a", "/opt/supervisor/.", "/tree");
  }

  @Test
  void the_editors_tree_is_there_for_who_wants_an_editor() {
    var wanting =
        new InstanceSpec(
            spec.image(),
            spec.size(),
            spec.boot(),
            Optional.of(Path.of("/anywhere")),
            List.of(),
            Optional.empty());

    var pod = of(wanting, options(Optional.empty(), Placement.DEFAULT), ALL).getSpec();

    assertThat(mounted(main(pod), "/opt/ide").getReadOnly()).isTrue();
    assertThat(volume(pod, "editor").getImage().getReference()).isEqualTo("editor:1");
    assertThat(main(pod(ALL).getSpec()).getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .doesNotContain("/opt/ide");
  }

  @Test
  void its_plan_is_its_own_key_of_the_workspaces_secret_for_root_only() {
    var secret = volume(pod(ALL).getSpec(), Marks.BOOT_VOLUME).getSecret();
    var key = spec.boot().instance() + ".json";

    assertThat(secret.getSecretName()).isEqualTo(FOX.value());
    assertThat(secret.getDefaultMode()).isEqualTo(0400);
    assertThat(secret.getItems()).hasSize(1);
    assertThat(secret.getItems().getFirst().getKey()).isEqualTo(key);
    assertThat(secret.getItems().getFirst().getPath()).isEqualTo("boot.json");
    var kept = BootSecret.of(spec.boot(), Map.of(), "ours");
    assertThat(kept.getMetadata().getName()).isEqualTo(FOX.value());
    var json =
        new String(Base64.getDecoder().decode(kept.getData().get(key)), StandardCharsets.UTF_8);
    assertThat(Json.read(json, BootPlan.class)).isEqualTo(spec.boot());
  }

  @Test
  void its_class_bounds_it_and_what_is_kept_free_is_a_share_of_that() {
    var resources = main(pod(ALL).getSpec()).getResources();

    assertThat(resources.getLimits())
        .containsEntry("cpu", new Quantity("1000m"))
        .containsEntry("memory", new Quantity("" + (256L << 20)))
        .containsEntry("ephemeral-storage", new Quantity("" + (50L << 30)));
    assertThat(resources.getRequests())
        .containsEntry("cpu", new Quantity("250m"))
        .containsEntry("memory", new Quantity("134217700"))
        .containsEntry("ephemeral-storage", new Quantity("" + (1L << 30)));
    assertThat(volume(pod(ALL).getSpec(), "files").getEmptyDir().getSizeLimit())
        .isEqualTo(new Quantity("" + (30L << 30)));
  }

  @Test
  void it_runs_where_the_guides_labels_say() {
    assertThat(label(pod(ALL))).isEqualTo("gitpod.io/workload_workspace_regular");
    var headless =
        new InstanceSpec(
            spec.image(),
            spec.size(),
            spec.boot().asHeadless(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    var placement =
        new Placement(
            "berth.example",
            List.of(
                new Toleration("pool", Optional.of("ws"), Optional.of("NoSchedule")),
                new Toleration("spot", Optional.empty(), Optional.empty())),
            Optional.of("low"),
            List.of("login"),
            Map.of());

    var pod = of(headless, options(Optional.empty(), placement), ALL);

    assertThat(label(pod)).isEqualTo("berth.example/workload_workspace_headless");
    assertThat(pod.getSpec().getPriorityClassName()).isEqualTo("low");
    assertThat(pod.getSpec().getImagePullSecrets())
        .extracting(secret -> secret.getName())
        .containsExactly("login");
    assertThat(pod.getSpec().getTolerations())
        .extracting(its -> its.getKey() + " " + its.getOperator())
        .contains("pool Equal", "spot Exists");
  }

  @Test
  void what_a_size_says_of_its_place_counts_before_and_beside_what_all_have() {
    var all = List.of(new Toleration("pool", Optional.of("ws"), Optional.of("NoSchedule")));
    var own = List.of(new Toleration("gpu", Optional.empty(), Optional.empty()));
    var standard = new Placement.OfSize(own, Optional.of("paid"));
    var placement =
        new Placement("x", all, Optional.of("low"), List.of(), Map.of("standard", standard));
    var others = new Placement("x", all, Optional.of("low"), List.of(), Map.of("big", standard));

    var pod = of(spec, options(Optional.empty(), placement), ALL).getSpec();
    var other = of(spec, options(Optional.empty(), others), ALL).getSpec();

    assertThat(pod.getPriorityClassName()).isEqualTo("paid");
    assertThat(pod.getTolerations()).extracting(its -> its.getKey()).contains("pool", "gpu");
    assertThat(other.getPriorityClassName()).isEqualTo("low");
    assertThat(other.getTolerations())
        .extracting(its -> its.getKey())
        .contains("pool")
        .doesNotContain("gpu");
  }

  @Test
  void a_node_that_is_not_ready_has_more_time_than_one_that_says_nothing() {
    var pod = of(spec, options(Optional.empty(), Placement.DEFAULT), ALL);

    assertThat(pod.getSpec().getTolerations())
        .extracting(its -> its.getKey() + " " + its.getEffect() + " " + its.getTolerationSeconds())
        .containsExactly(
            "node.kubernetes.io/not-ready NoExecute 300",
            "node.kubernetes.io/unreachable NoExecute 30");
  }

  @Test
  void folders_in_memory_are_bounded_by_half_of_its_memory() {
    var wanting =
        new InstanceSpec(
            spec.image(),
            spec.size(),
            spec.boot(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            List.of("/cache"),
            InstanceSpec.LabelReader.DEAF);

    var pod = of(wanting, options(Optional.empty(), Placement.DEFAULT), ALL).getSpec();

    for (var path : List.of("/cache", "/dev/shm")) {
      var memory = volume(pod, mounted(main(pod), path).getName()).getEmptyDir();
      assertThat(memory.getMedium()).isEqualTo("Memory");
      assertThat(memory.getSizeLimit()).isEqualTo(new Quantity("" + (128L << 20)));
    }
  }

  @Test
  void the_images_path_counts_and_its_options_for_a_jvm_do_not() {
    assertThat(env(main(pod(ALL).getSpec())))
        .containsEntry("LC_ALL", "C.UTF-8")
        .containsEntry("ODD", "$$(HOME)")
        .containsEntry("JAVA_TOOL_OPTIONS", "")
        .containsEntry("LD_PRELOAD", "")
        .doesNotContainKey("PATH");
  }

  @Test
  void who_keeps_its_files_begins_before_it_and_ends_after_it() {
    var pod = of(spec, options(Optional.of(CONTENT), Placement.DEFAULT), ALL).getSpec();

    var content = pod.getInitContainers().getLast();
    assertThat(content.getName()).isEqualTo("content");
    assertThat(content.getRestartPolicy()).isEqualTo("Always");
    assertThat(content.getStartupProbe().getFailureThreshold()).isEqualTo(1200);
    assertThat(mounted(content, "/content").getName())
        .isEqualTo(mounted(main(pod), "/workspace").getName());
    assertThat(content.getEnv())
        .filteredOn(variable -> variable.getName().equals("STORE_KEY"))
        .singleElement()
        .satisfies(variable ->
            assertThat(variable.getValueFrom().getSecretKeyRef().getName()).isEqualTo(FOX.value()));
    assertThat(content.getEnv().getLast().getName()).isEqualTo("BERTH_POD_ADDRESS");
    assertThat(mounted(main(pod), "/workspace").getSubPath()).isEqualTo("files");
    var env = env(content);
    assertThat(env)
        .containsEntry("BERTH_WORKSPACE", FOX.value())
        .containsEntry("BERTH_INSTANCE", spec.boot().instance().value())
        .containsEntry("BERTH_OWNER", spec.boot().owner().id().value());
    assertThat(Optional.of(Json.read(String.valueOf(env.get("BERTH_SEED")), Seed.class)))
        .isEqualTo(spec.seed());
    // The supervisor's 5 s, 5 s more, and the save.
    assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(50);
    assertThat(env(main(pod)).keySet()).noneMatch(name -> name.startsWith("BERTH_"));
  }

  @Test
  void an_image_that_would_have_to_be_built_is_the_default_one_and_its_owner_is_told() {
    var repository =
        new InstanceImage.Repository("https://e/x", "c", Optional.empty(), Optional.empty());
    var dockerfile =
        new InstanceImage.Dockerfile(
            repository, ".gitpod.Dockerfile", "", Map.of(), Optional.empty(), List.of());
    var featured =
        new InstanceImage.Featured(
            dockerfile, List.of(), List.of(), Map.of(), Optional.empty(), Optional.empty());

    assertThat(ImageChoice.of(new InstanceImage.Reference("a:1"), "default:1"))
        .isEqualTo(new ImageChoice("a:1", List.of()));
    var choice = ImageChoice.of(featured, "default:1");
    assertThat(choice.reference()).isEqualTo("default:1");
    assertThat(choice.notices()).hasSize(2);
    assertThat(choice.notices().getFirst().text()).contains(".gitpod.Dockerfile", "default image");
  }

  // ---- words of the tests

  private Pod pod(Abilities abilities) {
    return of(spec, options(Optional.empty(), Placement.DEFAULT), abilities);
  }

  private static Pod of(InstanceSpec spec, PodOptions options, Abilities abilities) {
    return new PodOf(options, abilities).of(spec, "image:1");
  }

  private static PodOptions options(Optional<ContentContainer> content, Placement placement) {
    return new PodOptions(
        "ours",
        "default:1",
        new SupervisorTree(
            new TreeImage("berth:1", "opt/supervisor"),
            List.of("/.supervisor/start"),
            Map.of("PATH", "/bin", "LC_ALL", "C.UTF-8", "ODD", "$(HOME)")),
        Optional.of(new TreeImage("editor:1", "")),
        content,
        placement,
        Shares.DEFAULT);
  }

  private static Container main(PodSpec pod) {
    assertThat(pod.getContainers()).hasSize(1);
    return pod.getContainers().getFirst();
  }

  private static Volume volume(PodSpec pod, String name) {
    return pod.getVolumes().stream()
        .filter(volume -> volume.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static VolumeMount mounted(Container container, String path) {
    return container.getVolumeMounts().stream()
        .filter(mount -> mount.getMountPath().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> env(Container container) {
    return container.getEnv().stream()
        .filter(variable -> variable.getValue() != null)
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }

  private static String label(Pod pod) {
    return pod.getSpec()
        .getAffinity()
        .getNodeAffinity()
        .getRequiredDuringSchedulingIgnoredDuringExecution()
        .getNodeSelectorTerms()
        .getFirst()
        .getMatchExpressions()
        .getFirst()
        .getKey();
  }
}
