package dev.berth.installer.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import dev.berth.installer.config.Install;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Rendering;
import dev.berth.installer.manifests.SecretSource;
import dev.berth.installer.manifests.Secrets;
import dev.berth.installer.manifests.Stage;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Against the API server of the cluster that KUBECONFIG names, in namespaces of its own. */
@EnabledIfSystemProperty(
    named = "berth.cluster",
    matches = "true",
    disabledReason = "needs a cluster: ./mvnw verify -Pcluster")
final class ApplyingOnClusterTest {
  private static final AtomicInteger TESTS = new AtomicInteger();

  /** Another for each test: one that goes takes nothing any more. */
  private final String namespace =
      "berth-install-%d-%d".formatted(ProcessHandle.current().pid(), TESTS.incrementAndGet());

  private final List<String> said = new ArrayList<>();

  @TempDir Path folder;
  private Optional<Target> opened = Optional.empty();

  @BeforeEach
  void connect() {
    var file = Path.of(Objects.requireNonNull(System.getenv("KUBECONFIG"), "KUBECONFIG"));
    opened =
        Optional.of(
            Target.connect(new ClusterAccess(Optional.of(file), Optional.empty(), namespace)));
  }

  @AfterEach
  void end() {
    for (var name : List.of(namespace, namespace + "-ws")) {
      target().client().namespaces().withName(name).delete();
    }
    target().close();
  }

  private Target target() {
    return opened.orElseThrow();
  }

  private static Manifest manifest(Stage stage, String yaml) throws Exception {
    return new Manifest(stage, (ObjectNode) new YAMLMapper().readTree(yaml));
  }

  private Manifest space() throws Exception {
    return manifest(
        Stage.NAMESPACES,
        "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
  }

  private Manifest settings(String value) throws Exception {
    return manifest(
        Stage.SETTINGS,
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: %s}, data: {a: %s}}"
            .formatted(namespace, value));
  }

  private Manifest secret() throws Exception {
    return manifest(
        Stage.SETTINGS,
        "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: %s}, stringData: {a: b}}"
            .formatted(namespace));
  }

  private Manifest unpullable() throws Exception {
    return manifest(
        Stage.CONTROL,
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: d, namespace: %s}
        spec:
          selector: {matchLabels: {a: b}}
          template:
            metadata: {labels: {a: b}}
            spec:
              containers: [{name: c, image: "berth.invalid/none:1"}]
        """
            .formatted(namespace));
  }

  private Applying applying(Duration patience) {
    return new Applying(
        target(),
        new Applying.Options(namespace, "test", "1", patience, false, false),
        said::add,
        Clock.systemUTC());
  }

  private void remove(boolean data, Duration patience) throws InterruptedException {
    var options =
        new Removing.Options(namespace, namespace, Optional.of("ours"), data, false, patience);
    new Removing(target(), options, said::add, Clock.systemUTC()).remove("test");
  }

  private String kept() {
    var found = target().client().configMaps().inNamespace(namespace).withName("a").get();
    return found == null ? "" : String.valueOf(found.getData().get("a"));
  }

  @Test
  void applying_once_more_changes_nothing_and_what_is_not_wanted_goes() throws Exception {
    var all = List.of(space(), settings("one"), secret());

    assertThat(applying(Duration.ofMinutes(1)).apply(all).isNothing()).isFalse();
    assertThat(applying(Duration.ofMinutes(1)).apply(all).isNothing()).isTrue();
    assertThat(Standing.of(target(), namespace).isWell()).isTrue();

    var done = applying(Duration.ofMinutes(1)).apply(List.of(space()));
    assertThat(done.removed()).isEqualTo(1);
    assertThat(kept()).isEmpty();
    assertThat(target().secret(namespace, "s")).as("data stays").containsKey("a");
  }

  @Test
  void a_failure_says_why_and_puts_back_what_was_there() throws Exception {
    applying(Duration.ofMinutes(1)).apply(List.of(space(), settings("one")));

    assertThatThrownBy(() ->
            applying(Duration.ofSeconds(8)).apply(List.of(space(), settings("two"), unpullable())))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("Deployment %s/d was not ready".formatted(namespace));

    assertThat(kept()).isEqualTo("one");
    assertThat(target().client().apps().deployments().inNamespace(namespace).list().getItems())
        .isEmpty();
    assertThat(said).anyMatch(line -> line.contains("Putting back"));
    assertThat(Standing.of(target(), namespace).unfinished()).isEmpty();
  }

  @Test
  void somebody_elses_attempt_is_not_disturbed() throws Exception {
    target().apply(space());
    with(
        "other",
        false,
        _ ->
            assertThatThrownBy(() -> applying(Duration.ofSeconds(5)).apply(List.of(space())))
                .isInstanceOf(Problem.Conflict.class)
                .hasMessageContaining("other is changing"));

    applying(Duration.ofSeconds(5)).apply(List.of(space()));
  }

  @Test
  void who_is_overtaken_puts_nothing_back() throws Exception {
    target().apply(space());
    with(
        "first",
        false,
        first ->
            with(
                "second",
                true,
                second -> {
                  assertThat(first.isOurs()).isFalse();
                  first.giveBack();
                  assertThat(second.isOurs()).isTrue();
                  return true;
                }));
  }

  private <T> T with(String who, boolean force, Turn.Work<T> work) throws InterruptedException {
    var patience = new Patience(Duration.ofSeconds(5), said::add, Clock.systemUTC());
    return Turn.with(target(), new Turn.Wanted(namespace, who, force), patience, work);
  }

  @Test
  void what_a_first_attempt_made_is_removed_with_all_data() throws Exception {
    assertThatThrownBy(
            () -> applying(Duration.ofSeconds(5)).apply(List.of(space(), secret(), unpullable())))
        .isInstanceOf(Problem.Unavailable.class);
    assertThat(target().secret(namespace, "s")).as("data stays").containsKey("a");

    remove(true, Duration.ofMinutes(2));

    assertThat(target().find(space())).isEmpty();
  }

  @Test
  void what_was_tried_before_and_is_not_wanted_goes_at_last() throws Exception {
    var keeping =
        new Applying(
            target(),
            new Applying.Options(namespace, "test", "1", Duration.ofSeconds(5), true, false),
            said::add,
            Clock.systemUTC());
    assertThatThrownBy(() -> keeping.apply(List.of(space(), settings("one"), unpullable())))
        .isInstanceOf(Problem.Unavailable.class);
    assertThatThrownBy(() -> keeping.apply(List.of(space(), unpullable())))
        .isInstanceOf(Problem.Unavailable.class);
    assertThat(kept()).isEqualTo("one");

    applying(Duration.ofMinutes(1)).apply(List.of(space()));

    assertThat(kept()).isEmpty();
    assertThat(target().client().apps().deployments().inNamespace(namespace).list().getItems())
        .isEmpty();
  }

  @Test
  void a_namespace_of_others_is_refused_and_one_that_was_there_stays() throws Exception {
    var client = target().client();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    applying(Duration.ofMinutes(1)).apply(List.of(space(), settings("one"), secret()));
    remove(true, Duration.ofMinutes(1));

    assertThat(target().find(space())).isPresent();
    assertThat(kept()).isEmpty();
    assertThat(target().secret(namespace, "s")).isEmpty();

    target().apply(pod());
    assertThatThrownBy(() -> applying(Duration.ofSeconds(5)).apply(List.of(space())))
        .isInstanceOf(Problem.Conflict.class)
        .hasMessageContaining("pods that are not Berth's: others");
  }

  private Manifest pod() throws Exception {
    return manifest(
        Stage.CONTROL,
        """
        {apiVersion: v1, kind: Pod, metadata: {name: others, namespace: %s},
         spec: {containers: [{name: c, image: "berth.invalid/none:1"}]}}
        """
            .formatted(namespace));
  }

  @Test
  void a_key_that_is_lost_comes_back_from_the_record_or_is_asked_for() throws Exception {
    var file =
        Files.writeString(
            folder.resolve("berth.yaml"),
            """
            dashboard: http://berth.example.com
            cluster: {image: r.example.com/berth:1, workspaceImage: r.example.com/ws:1}
            install: {architecture: proof-of-value, namespace: %s}
            """
                .formatted(namespace));
    var install = Install.read(Settings.read(file, Map.of())).orElseThrow();
    var keys =
        manifest(
            Stage.SETTINGS,
            "{apiVersion: v1, kind: Secret, metadata: {name: berth-keys, namespace: %s}, data: {key: YWJj}}"
                .formatted(namespace));
    applying(Duration.ofMinutes(1)).apply(List.of(space(), keys));
    target().delete(keys);

    assertThat(target().kept(install).of(Secrets.KEYS).get("key")).asString().isEqualTo("abc");

    applying(Duration.ofMinutes(1)).apply(List.of(space(), settings("one")));
    target().client().secrets().inNamespace(namespace).withName(Applied.NAME).delete();
    applying(Duration.ofMinutes(1)).apply(List.of(space()));
    assertThatThrownBy(() -> target().kept(install))
        .isInstanceOf(Problem.Missing.class)
        .hasMessageContaining("its key is gone");
  }

  @Test
  void removal_keeps_data_unless_it_is_asked_for() throws Exception {
    applying(Duration.ofMinutes(1)).apply(List.of(space(), settings("one"), secret()));

    remove(false, Duration.ofMinutes(1));
    assertThat(kept()).isEmpty();
    assertThat(target().secret(namespace, "s")).containsKey("a");

    remove(true, Duration.ofMinutes(2));
    assertThat(target().find(space())).isEmpty();
  }

  @Test
  void the_api_server_takes_all_that_is_rendered() throws Exception {
    var yaml =
        """
        dashboard: https://berth.example.com
        cluster: {image: r.example.com/berth:1, workspaceImage: r.example.com/ws:1, namespace: NS-ws}
        install:
          architecture: proof-of-value
          provider: aws
          namespace: NS
          certificate: {selfSigned: true}
          quota: {pods: 10, cpu: 500m, memory: 4Gi}
        """
            .replace("NS", namespace);
    var file = Files.writeString(folder.resolve("berth.yaml"), yaml);
    var settings = Settings.read(file, Map.of());
    var install = Install.read(settings).orElseThrow();
    var secrets =
        SecretSource.complete(
            install, settings.said(), Secrets.none(), Clock.systemUTC().instant());
    var all = Rendering.of(install, settings.said(), Optional.of(secrets), "1");

    for (var manifest : all) {
      if (manifest.isNamespace()) target().apply(manifest); // what is in it is tried, too
      else tryOut(manifest);
    }

    assertThat(all).hasSizeGreaterThan(25);
  }

  /** The API server's own check, with nothing made. */
  private void tryOut(Manifest manifest) throws Exception {
    var object = new ObjectMapper().treeToValue(manifest.body(), GenericKubernetesResource.class);
    var resource = target().client().resource(object);
    var placed = manifest.namespace();
    (placed.isPresent() ? resource.inNamespace(placed.get()) : resource)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("berth-install")
                .withFieldValidation("Strict")
                .withDryRun(List.of("All"))
                .build(),
            object);
  }
}
