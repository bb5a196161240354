package dev.berth.runtime.runc.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import dev.berth.registry.pull.DockerRegistry;
import dev.berth.registry.pull.Pushes;
import dev.berth.registry.pull.RegistryAccess;
import dev.berth.runtime.runc.RootFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LayerStoreTest {
  private static final byte[] BASE =
      new Tar().folder("etc").file("etc/motd", "base").file("gone", "x").bytes();
  private static final byte[] TOP = new Tar().file(".wh.gone", "").file("new", "top").bytes();

  @TempDir Path folder;
  private DockerRegistry registry;
  private Pushes pushes;
  private Path images;

  @BeforeEach
  void start() throws IOException {
    registry = DockerRegistry.open(Files.createDirectory(folder.resolve("registry")));
    pushes = new Pushes(registry.host());
    images = folder.resolve("images");
  }

  @AfterEach
  void end() {
    registry.close();
  }

  private LayerStore store() {
    return LayerStore.open(images, RegistryAccess.plain(Set.of(registry.host())));
  }

  private String image(String rest) {
    return registry.host() + "/" + rest;
  }

  private static List<Pushes.Layer> layers(byte[]... tars) {
    var layers = new ArrayList<Pushes.Layer>();
    for (var tar : tars) layers.add(Pushes.Layer.gzip(tar));
    return layers;
  }

  private List<String> unpacked() throws Exception {
    return Shell.run(images, "ls layers/sha256; ls -A unpacking").lines().toList();
  }

  @Test
  void an_image_becomes_folders_the_uppermost_first() throws Exception {
    pushes.image("app", "v1", layers(BASE, TOP));
    var told = Collections.synchronizedList(new ArrayList<String>());
    try (var store = store()) {
      var root = store.fetch(image("app:v1"), told::add);

      assertThat(root.layers()).hasSize(2);
      assertThat(root.layers().get(0).resolve("new")).hasContent("top");
      assertThat(root.layers().get(1).resolve("etc/motd")).hasContent("base");
      assertThat(root.env()).isEqualTo(Map.of("PATH", "/bin:/usr/bin", "LANG", "C.UTF-8"));
      assertThat(root.user()).contains("gitpod");
      assertThat(told).last().isEqualTo("pulled 0 of 1 kB");
      assertThat(store.fetch(image("app:v1"), told::add)).isEqualTo(root);
    }
    assertThat(Shell.run(folder, "stat -c %a images images/layers images/layers/sha256 | xargs"))
        .isEqualTo("700 700 700");
  }

  @Test
  void a_layer_that_occurs_twice_is_listed_once_at_its_upper_place() throws Exception {
    pushes.image("app", "v1", layers(BASE, TOP, BASE));
    try (var store = store()) {
      var root = store.fetch(image("app:v1"), _ -> {});
      assertThat(root.layers())
          .extracting(path -> path.getFileName().toString())
          .containsExactly(Digest.of(BASE).hex(), Digest.of(TOP).hex());
    }
  }

  @Test
  void many_starts_at_once_in_two_stores_unpack_each_layer_once() throws Exception {
    pushes.image("app", "v1", layers(BASE, TOP, large(1)));
    try (var one = store();
        var two = store();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<RootFilesystem>>();
      for (int i = 0; i < 12; i++) {
        var store = i % 2 == 0 ? one : two;
        running.add(threads.submit(() -> store.fetch(image("app:v1"), _ -> {})));
      }
      for (var start : running) assertThat(start.get().layers()).hasSize(3);
    }
    assertThat(unpacked()).hasSize(3);
  }

  private static byte[] large(long seed) {
    var random = new Random(seed);
    var text = new StringBuilder();
    while (text.length() < 4_000_000) text.append(random.nextLong());
    return new Tar().file("large" + seed, text.toString()).bytes();
  }

  @Test
  void a_tag_is_asked_again_and_means_what_it_means_now() throws Exception {
    pushes.image("app", "latest", layers(BASE));
    try (var store = store()) {
      assertThat(store.fetch(image("app"), _ -> {}).layers()).hasSize(1);
      pushes.image("app", "latest", layers(BASE, TOP));
      assertThat(store.fetch(image("app"), _ -> {}).layers()).hasSize(2);
    }
  }

  @Test
  void without_the_registry_the_last_known_image_is_used_and_said_so() throws Exception {
    var digest = pushes.image("app", "v1", layers(BASE));
    var told = new ArrayList<String>();
    try (var store = store()) {
      var before = store.fetch(image("app:v1"), _ -> {});
      registry.close();

      assertThat(store.fetch(image("app:v1"), told::add)).isEqualTo(before);
      assertThat(told)
          .singleElement()
          .asString()
          .startsWith(registry.host() + " cannot be asked; using the image as it was on 20");
      told.clear();
      assertThat(store.fetch(image("app@" + digest), told::add)).isEqualTo(before);
      assertThat(told).isEmpty();
      assertThatThrownBy(() -> store.fetch(image("other:v1"), _ -> {}))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("no connection to " + registry.host());
    }
  }

  @Test
  void what_a_crash_left_is_removed_and_never_handed_out() throws Exception {
    pushes.image("app", "v1", layers(BASE));
    try (var store = store()) {
      var half =
          Files.createDirectories(
              images.resolve("unpacking/sha256-" + Digest.of(BASE).hex() + "/tree"));
      Files.writeString(half.resolve("half"), "x");
      assertThat(store.fetch(image("app:v1"), _ -> {}).layers().getFirst().resolve("half"))
          .doesNotExist();
      Files.createDirectories(images.resolve("unpacking/sha256-00/tree/a/b"));
    }
    store().close();
    assertThat(unpacked()).hasSize(1);
  }

  @Test
  void a_layer_that_a_power_cut_may_have_damaged_is_pulled_again() throws Exception {
    pushes.image("app", "v1", layers(BASE));
    var mark = images.resolve("unsynced/sha256-" + Digest.of(BASE).hex());
    Path layer;
    try (var store = store()) {
      layer = store.fetch(image("app:v1"), _ -> {}).layers().getFirst();
      await().atMost(Duration.ofMinutes(2)).until(() -> !Files.exists(mark)); // a busy disk
    }
    Files.writeString(mark, "another boot");
    Files.writeString(layer.resolve("etc/motd"), "");
    try (var store = store()) {
      assertThat(layer).doesNotExist();
      assertThat(mark).doesNotExist();
      assertThat(store.fetch(image("app:v1"), _ -> {}).layers().getFirst().resolve("etc/motd"))
          .hasContent("base");
    }
  }

  @Test
  void a_pull_that_is_given_up_leaves_nothing_half() throws Exception {
    pushes.image("app", "v1", layers(large(1), large(2), large(3), large(4)));
    var begun = new CountDownLatch(1);
    var ended = new AtomicReference<Throwable>();
    try (var store = store()) {
      var start =
          Thread.startVirtualThread(() -> {
            try {
              store.fetch(
                  image("app:v1"),
                  words -> {
                    if (words.startsWith("pulled 0")) return;
                    begun.countDown();
                    untilInterrupted();
                  });
            } catch (InterruptedException e) {
              ended.set(e);
            }
          });
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      start.interrupt();
      start.join();
      assertThat(ended.get()).isInstanceOf(InterruptedException.class);
      await().until(() -> Shell.run(images, "ls -A unpacking").isEmpty());
      assertThat(store.fetch(image("app:v1"), _ -> {}).layers()).hasSize(4);
    }
  }

  /** So that no pull is over before it is given up. */
  private static void untilInterrupted() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void hostile_layers_are_told_and_leave_nothing() throws Exception {
    var evil = new Tar().symlink("out", "/tmp").file("out/berth-evil", "x").bytes();
    pushes.image("app", "evil", layers(BASE, evil));
    var lie =
        new Pushes.Layer(
            Pushes.gzipped(BASE), Digest.of(TOP), "application/vnd.oci.image.layer.v1.tar+gzip");
    pushes.image("app", "lie", List.of(lie));
    var half = Pushes.gzipped(large(1));
    var cut =
        new Pushes.Layer(
            Arrays.copyOf(half, half.length / 2),
            Digest.of(large(1)),
            "application/vnd.oci.image.layer.v1.tar+gzip");
    pushes.image("app", "cut", List.of(cut));
    pushes.image("app", "none", List.of());
    try (var store = store()) {
      assertThatThrownBy(() -> store.fetch(image("app:evil"), _ -> {}))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining("holds a file under /out, which it says is no folder");
      assertThatThrownBy(() -> store.fetch(image("app:lie"), _ -> {}))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining("holds other files than the image's configuration says");
      assertThatThrownBy(() -> store.fetch(image("app:cut"), _ -> {}))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining("is cut short or wrongly compressed");
      assertThatThrownBy(() -> store.fetch(image("app:none"), _ -> {}))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining("no layers");
    }
    assertThat(Path.of("/tmp/berth-evil")).doesNotExist();
    assertThat(Shell.run(images, "ls -A unpacking")).isEmpty();
    assertThat(images.resolve("layers/sha256").resolve(Digest.of(evil).hex())).doesNotExist();
  }

  @Test
  void a_full_disk_is_told_and_what_was_written_is_removed() throws Exception {
    pushes.image("app", "v1", layers(BASE));
    var zeros = new Tar().file("zeros", "\0".repeat(30 << 20)).bytes();
    pushes.image("app", "large", layers(zeros));
    Files.createDirectory(images);
    Shell.run(folder, "mount -t tmpfs -o size=20m tmpfs images");
    try {
      for (long reserve : new long[] {0, 8 << 20}) {
        var bounds = new Bounds(1 << 30, 1000, reserve);
        try (var store =
            LayerStore.open(images, RegistryAccess.plain(Set.of(registry.host())), bounds)) {
          assertThatThrownBy(() -> store.fetch(image("app:large"), _ -> {}))
              .isInstanceOf(Problem.Unavailable.class)
              .hasMessageContaining("the disk of " + images + " is full");
          assertThat(Shell.run(images, "ls -A unpacking layers/sha256").lines())
              .noneMatch(line -> line.contains("zeros") || line.startsWith("sha256-"));
          assertThat(store.fetch(image("app:v1"), _ -> {}).layers()).hasSize(1);
        }
      }
      var bounds = new Bounds(1 << 30, 1000, 1L << 40);
      try (var store =
          LayerStore.open(images, RegistryAccess.plain(Set.of(registry.host())), bounds)) {
        assertThatThrownBy(() -> store.fetch(image("app:large"), _ -> {}))
            .isInstanceOf(Problem.Unavailable.class)
            .hasMessageContaining("MB are free");
      }
    } finally {
      Shell.run(folder, "umount images");
    }
  }
}
