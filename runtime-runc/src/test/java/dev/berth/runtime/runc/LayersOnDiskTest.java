package dev.berth.runtime.runc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.file.WholeFile;
import dev.berth.base.process.Beside;
import dev.berth.base.process.Command;
import dev.berth.base.process.Turns;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What frozen layers are on the disk, without containers. */
final class LayersOnDiskTest {
  private final WorkspaceId fox = WorkspaceId.create("layers", "fox");
  private final WorkspaceId owl = WorkspaceId.create("layers", "owl");
  private final Seed point = new Seed(fox, "point");

  @TempDir Path root;

  private Path layers;

  @BeforeEach
  void make_folders() throws IOException {
    layers = Files.createDirectories(root.resolve("layers"));
    Files.createDirectories(root.resolve("workspaces"));
  }

  /** Points of everybody, saved a moment ago. */
  private interface Restoring extends Seeds {
    @Override
    default Instant savedAt(Seed seed, UserId owner) {
      return Instant.now();
    }

    @Override
    default Optional<Seed> newest(WorkspaceId workspace, UserId owner) {
      return Optional.empty();
    }

    @Override
    default <T> T undisturbed(WorkspaceId workspace, Turns.Work<T> work)
        throws IOException, InterruptedException {
      return work.run();
    }

    @Override
    default void restore(Seed seed, UserId owner, Path folder)
        throws IOException, InterruptedException {
      Files.createDirectory(folder.resolve("files"));
      Files.createDirectory(folder.resolve("upper"));
      restoring(folder);
    }

    void restoring(Path folder) throws IOException, InterruptedException;
  }

  private FrozenLayers open(Restoring seeds) throws IOException, InterruptedException {
    return FrozenLayers.open(root, seeds);
  }

  private WorkspaceFolder folder(WorkspaceId workspace) {
    return new WorkspaceFolder(root.resolve("workspaces").resolve(workspace.value()));
  }

  private List<String> names() throws IOException {
    try (var all = Files.list(layers)) {
      return all.map(layer -> layer.getFileName().toString()).toList();
    }
  }

  @Test
  void of_a_restore_that_fails_nothing_stays() throws Exception {
    var frozen =
        open(folder -> {
          Files.write(folder.resolve("files/large"), new byte[1 << 20]);
          throw new Problem.Unavailable("The store is away.", "Wait.");
        });

    assertThatThrownBy(() -> frozen.lay(folder(owl), point, TestHost.OWNER, _ -> {}))
        .isInstanceOf(Problem.Unavailable.class);

    await().untilAsserted(() -> assertThat(names()).isEmpty());
  }

  @Test
  void of_a_copy_that_the_disk_cannot_hold_nothing_is_made() throws Exception {
    Command.of("mount", "-t", "tmpfs", "-o", "size=100m", "none", root.toString())
        .orProblem("root?");
    try {
      make_folders();
      var running = folder(fox);
      running.make();
      Files.createDirectories(running.instance().path());
      Files.write(running.files().resolve("large"), new byte[60 << 20]);
      var frozen =
          open(_ -> {
            throw new AssertionError("what does not fit once is not restored either");
          });

      assertThatThrownBy(
              () -> frozen.lay(folder(owl), new Seed(fox, "point", true), TestHost.OWNER, _ -> {}))
          .isInstanceOfSatisfying(
              Problem.Unavailable.class,
              full -> assertThat(full.what()).contains("full").contains("60 MiB are needed"));

      assertThat(names()).isEmpty();
    } finally {
      Command.of("umount", root.toString()).orProblem("see mount");
    }
  }

  @Test
  void what_nobody_needs_goes_while_another_layer_is_being_made() throws Exception {
    var restores = new CountDownLatch(1);
    var shallEnd = new CountDownLatch(1);
    var frozen =
        open(_ -> {
          restores.countDown();
          shallEnd.await();
        });
    var laying =
        Beside.begin(
            Thread.ofVirtual(),
            () -> {
              frozen.lay(folder(owl), point, TestHost.OWNER, _ -> {});
              return owl;
            });
    restores.await();
    Files.createDirectory(layers.resolve(fox + ".point.live"));
    for (int i = 0; i < 4; i++) {
      Files.createDirectory(layers.resolve(WorkspaceId.create("layers", "old") + ".point"));
    }

    frozen.collect();

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(names()).containsExactlyInAnyOrder(fox + ".point.new", fox + ".point.live"));
    shallEnd.countDown();
    laying.result();
    await().untilAsserted(() -> assertThat(names()).containsExactly(fox + ".point"));
  }

  /** The mark of a freezing comes and goes while others look for what is needed. */
  @Test
  void a_mark_that_goes_while_it_is_read_is_none() throws Exception {
    var here = Files.createDirectories(folder(fox).path());
    var mark = here.resolve("freezing");
    var owner = TestHost.OWNER;
    var over = new AtomicBoolean();
    var writing =
        Beside.begin(
            Thread.ofPlatform(),
            () -> {
              for (int i = 0; i < 500; i++) {
                WholeFile.write(mark, List.of(fox + ".point", owner.toString()));
                Files.delete(mark);
              }
              over.set(true);
              return owner;
            });

    while (!over.get()) {
      Freezing.mark(here).ifPresent(found -> assertThat(found.owner()).isEqualTo(owner));
    }

    writing.result();
    assertThat(Freezing.mark(here)).isEmpty();
  }
}
