package dev.berth.runtime.runc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Observation;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workspaces that begin as another, in real containers. */
final class FrozenLayersTest {
  private static final Duration SOON = Duration.ofMinutes(2);

  private static TestHost host;
  private static KeptSeeds seeds;

  private final WorkspaceId fox = WorkspaceId.create("layers", "fox");
  private final WorkspaceId owl = WorkspaceId.create("layers", "owl");
  private final WorkspaceId elk = WorkspaceId.create("layers", "elk");
  private RuncDriver driver;

  @BeforeAll
  static void make_a_host() throws IOException, InterruptedException {
    host = TestHost.make();
    seeds = new KeptSeeds(host.folder());
  }

  @AfterAll
  static void remove_the_host() throws IOException, InterruptedException {
    host.end();
  }

  @BeforeEach
  void open() throws InterruptedException {
    driver = RuncDriver.open(host.options(seeds));
  }

  @AfterEach
  void close() throws IOException {
    for (var one : List.of(fox, owl, elk)) await().atMost(SOON).until(() -> driver.delete(one));
    await().atMost(SOON).until(() -> layers().isEmpty());
    driver.close();
  }

  private void start(WorkspaceId workspace, Optional<Seed> seed) {
    driver.start(TestHost.spec(workspace, "", List.of(), seed));
    await().atMost(SOON).until(() -> driver.observe(workspace) instanceof Observation.Alive);
  }

  private void stop(WorkspaceId workspace) {
    driver.stop(workspace, Instant.now().plusSeconds(5));
    await().atMost(SOON).until(() -> driver.observe(workspace) instanceof Observation.Absent);
  }

  private static List<String> layers() throws IOException {
    try (var all = Files.list(host.root().resolve("layers"))) {
      return all.map(layer -> layer.getFileName().toString()).toList();
    }
  }

  /** The fox with some files, stopped and saved. */
  private Seed aStoppedFox() throws Exception {
    start(fox, Optional.empty());
    host.inside(
        fox,
        33333,
        "cd /workspace; mkdir -p a/deep; echo one > a/deep/file; echo two > gone; echo mine >"
            + " ~/mine; echo mine > /home/gitpod/mine; chmod 750 a");
    host.inside(fox, "rm /etc/group; echo tool > /bin/tool");
    stop(fox);
    return seeds.save(host, fox);
  }

  @Test
  void two_that_begin_as_a_third_share_its_files_and_keep_their_changes_to_themselves()
      throws Exception {
    var seed = aStoppedFox();

    start(owl, Optional.of(seed));
    start(elk, Optional.of(seed));

    assertThat(layers()).containsExactly(fox + ".point");
    for (var one : List.of(owl, elk)) {
      assertThat(host.inside(one, "cat /workspace/a/deep/file /home/gitpod/mine /bin/tool"))
          .isEqualTo("one\nmine\ntool");
      assertThat(host.inside(one, "ls /etc/group")).contains("No such file");
      assertThat(host.inside(one, "ls -ldn /workspace /workspace/a"))
          .contains("33333")
          .contains("drwxr-x---");
    }
    // As a user does: a folder that is shared can be renamed, too.
    host.inside(owl, 33333, "cd /workspace; rm gone; echo changed >> a/deep/file; mv a b");
    assertThat(host.inside(owl, "cd /workspace; ls; cat b/deep/file")).isEqualTo("b\none\nchanged");
    assertThat(host.inside(elk, "cd /workspace; ls; cat a/deep/file")).isEqualTo("a\ngone\none");

    stop(owl);
    start(owl, Optional.of(seed));
    assertThat(host.inside(owl, "cd /workspace; ls; cat b/deep/file")).isEqualTo("b\none\nchanged");
    // Whose files they were lies on them, too.
    start(fox, Optional.empty());
    assertThat(host.inside(fox, "cd /workspace; ls; cat a/deep/file")).isEqualTo("a\ngone\none");
  }

  @Test
  void one_whose_files_this_machine_has_lost_begins_as_it_was_saved_last() throws Exception {
    aStoppedFox();
    var folder = new WorkspaceFolder(host.root().resolve("workspaces").resolve(fox.value()));
    WorkspaceFolder.delete(folder.path());

    start(fox, Optional.empty());

    assertThat(host.inside(fox, "cat /workspace/a/deep/file /home/gitpod/mine /bin/tool"))
        .isEqualTo("one\nmine\ntool");
    host.inside(fox, 33333, "cd /workspace; rm gone; echo more >> a/deep/file");
    stop(fox);
    start(fox, Optional.empty());
    assertThat(host.inside(fox, "cd /workspace; ls; cat a/deep/file")).isEqualTo("a\none\nmore");
  }

  @Test
  void a_start_of_one_whose_files_are_lost_and_a_fork_of_it_wait_for_the_same_layer_only()
      throws Exception {
    var seed = aStoppedFox();
    WorkspaceFolder.delete(host.root().resolve("workspaces").resolve(fox.value()));
    seeds.looking(() -> {
      int asked = seeds.newestAsked();
      driver.start(TestHost.spec(fox, "", List.of(), Optional.empty()));
      await().atMost(SOON).until(() -> seeds.newestAsked() > asked);
    });

    start(owl, Optional.of(seed));

    await().atMost(SOON).until(() -> driver.observe(fox) instanceof Observation.Alive);
    assertThat(layers()).containsExactly(fox + ".point");
  }

  @Test
  void layers_go_with_the_last_that_lies_on_them() throws Exception {
    var seed = aStoppedFox();
    start(owl, Optional.of(seed));
    await().atMost(SOON).until(() -> driver.delete(fox));

    assertThat(layers()).hasSize(1);
    assertThat(host.inside(owl, "cat /workspace/a/deep/file")).isEqualTo("one");

    await().atMost(SOON).until(() -> driver.delete(owl));
    await().atMost(SOON).until(() -> layers().isEmpty());
  }

  @Test
  void one_that_runs_is_copied_and_what_it_lies_on_is_shared() throws Exception {
    start(owl, Optional.of(aStoppedFox()));
    host.inside(owl, 33333, "echo more > /workspace/more; rm /workspace/gone");
    var live = seeds.save(host, owl);

    start(elk, Optional.of(seeds.live(live.workspace())));

    assertThat(host.inside(elk, "cd /workspace; ls; cat a/deep/file more"))
        .isEqualTo("a\nmore\none\nmore");
    var own = host.root().resolve("layers").resolve(owl + ".point.live");
    assertThat(own.resolve("files/more")).exists();
    assertThat(own.resolve("files/a")).doesNotExist();
    host.inside(elk, "rm /workspace/more");
    assertThat(host.inside(owl, "cat /workspace/more")).isEqualTo("more");
  }

  @Test
  void what_was_written_between_the_point_and_a_copy_is_not_in_what_begins_as_the_point()
      throws Exception {
    start(fox, Optional.empty());
    host.inside(fox, 33333, "echo one > /workspace/file");
    var live = seeds.live(seeds.save(host, fox).workspace());
    host.inside(fox, 33333, "echo two > /workspace/file; echo later > /workspace/later");
    start(owl, Optional.of(live));

    start(elk, Optional.of(seeds.of(fox)));

    assertThat(host.inside(owl, "cd /workspace; cat file later")).isEqualTo("two\nlater");
    assertThat(host.inside(elk, "cd /workspace; ls; cat file")).isEqualTo("file\none");
    assertThat(layers()).containsExactlyInAnyOrder(fox + ".point", fox + ".point.live");
    var ground = Ground.of(host.root().resolve("workspaces").resolve(owl.value()));
    assertThat(ground.seed()).contains(seeds.of(fox));
  }

  @Test
  void a_deletion_takes_nothing_of_what_is_being_made_a_layer() throws Exception {
    var seed = aStoppedFox();
    seeds.between(() -> driver.delete(fox));

    start(owl, Optional.of(seed));

    assertThat(host.inside(owl, "cd /workspace; ls; cat a/deep/file /home/gitpod/mine"))
        .isEqualTo("a\ngone\none\nmine");
    await().atMost(SOON).until(() -> driver.delete(fox));
  }

  @Test
  void while_one_is_damaged_that_says_what_is_needed_no_layer_goes() throws Exception {
    var seed = aStoppedFox();
    start(owl, Optional.of(seed));
    stop(owl);
    var damaged = host.root().resolve("workspaces").resolve(owl.value()).resolve("ground");
    Files.write(damaged, new byte[0]); // as a cut of power leaves it
    await().atMost(SOON).until(() -> driver.delete(fox));

    assertThat(layers()).containsExactly(fox + ".point");
    driver.start(TestHost.spec(owl, "", List.of(), Optional.of(seed)));
    await()
        .atMost(SOON)
        .until(() ->
            driver.observe(owl) instanceof Observation.Failed(_, var what, _)
                && what.contains("cut short"));
    // What is whole still serves.
    start(elk, Optional.of(seed));
    assertThat(host.inside(elk, "cat /workspace/a/deep/file")).isEqualTo("one");
  }

  @Test
  void a_damaged_mark_of_a_freezing_keeps_what_was_moved_and_no_other_from_running()
      throws Exception {
    var seed = aStoppedFox();
    var name = LayerName.of(seed).toString();
    var folder = new WorkspaceFolder(host.root().resolve("workspaces").resolve(fox.value()));
    var mark = folder.path().resolve("freezing");
    var draft = host.root().resolve("layers").resolve(name + ".new");
    Files.createDirectories(draft);
    Files.move(folder.files(), draft.resolve("files"));
    Files.write(mark, new byte[0]); // as a cut of power leaves it

    driver.close();
    open();

    start(elk, Optional.empty());
    assertThat(draft.resolve("files/a/deep/file")).exists();
    driver.start(TestHost.spec(fox, "", List.of(), Optional.empty()));
    await().atMost(SOON).until(() -> driver.observe(fox) instanceof Observation.Failed);
    // As who runs the machine mends it.
    Files.write(mark, List.of(name, TestHost.OWNER.toString()));
    start(fox, Optional.empty());
    assertThat(host.inside(fox, "cat /workspace/a/deep/file /home/gitpod/mine"))
        .isEqualTo("one\nmine");
  }

  /** While a large file of a folder is read, a link to one of the host's takes its place. */
  @Test
  void a_link_in_the_place_of_a_folder_leads_no_copy_to_files_of_the_host() throws Exception {
    var outside = Files.createDirectories(host.folder().resolve("outside"));
    // In the order of their inodes, which is that of a copy, some come after the large one.
    for (int i = 0; i < 8; i++) {
      var deep = Files.createDirectories(outside.resolve("deep" + i));
      Files.writeString(deep.resolve("file"), "secret");
    }
    start(owl, Optional.empty());
    host.inside(
        owl,
        33333,
        """
        cd /workspace; mkdir in; dd if=/dev/zero of=in/first bs=1M count=300
        for i in 0 1 2 3 4 5 6 7; do mkdir in/deep$i; echo mine > in/deep$i/file; done
        """);
    var live = seeds.live(seeds.save(host, owl).workspace());
    var files = host.root().resolve("workspaces").resolve(owl.value()).resolve("files");
    var copied = host.root().resolve("layers").resolve(owl + ".point.live.new/files/in/first");

    while (!isReplacedWhileRead(files.resolve("in"), outside, copied, live)) {
      stop(elk); // who replaces it had no turn while it was copied: once more
      await().atMost(SOON).until(() -> driver.delete(elk));
      await().atMost(SOON).until(() -> layers().isEmpty());
    }

    assertThat(host.inside(elk, "cat /workspace/in/deep*/file | sort -u")).isEqualTo("mine");
  }

  /** Starts the elk, and puts the link in the folder's place as soon as a copy is begun. */
  private boolean isReplacedWhileRead(Path folder, Path byLinkTo, Path copied, Seed seed)
      throws Exception {
    var started = new AtomicBoolean();
    var replacing =
        new FutureTask<>(() -> {
          while (!Files.exists(copied)) {
            if (started.get()) return false;
            Thread.onSpinWait();
          }
          replace(folder, byLinkTo);
          return true;
        });
    Thread.ofVirtual().start(replacing);
    start(elk, Optional.of(seed));
    started.set(true);
    return replacing.get();
  }

  private static void replace(Path folder, Path byLinkTo) {
    try {
      Files.move(folder, folder.resolveSibling("was"));
      Files.createSymbolicLink(folder, byLinkTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void what_a_workspace_wrote_after_the_point_is_not_in_what_begins_as_it() throws Exception {
    var seed = aStoppedFox();
    start(fox, Optional.empty());
    host.inside(fox, "rm -rf /workspace/*");
    stop(fox);

    start(owl, Optional.of(seed));

    assertThat(host.inside(owl, "cat /workspace/a/deep/file")).isEqualTo("one");
    assertThat(host.inside(owl, "ls /etc/group")).contains("No such file");
  }

  @Test
  void one_whose_prebuild_is_gone_begins_with_a_clone_and_one_that_is_a_fork_says_why_it_cannot()
      throws Exception {
    var gone = seeds.of(WorkspaceId.create("layers", "gone"));

    start(owl, Optional.of(gone.orClone()));
    driver.start(TestHost.spec(elk, "", List.of(), Optional.of(gone)));

    assertThat(host.inside(owl, "ls /workspace; cat /.berth/boot.json"))
        .contains(gone.workspace() + " was deleted before");
    await().atMost(SOON).until(() -> driver.observe(elk) instanceof Observation.Failed);
  }

  @Test
  void a_clock_that_was_set_back_lets_nothing_later_pass_as_the_point() throws Exception {
    var seed = aStoppedFox();
    start(fox, Optional.empty());
    host.inside(fox, "rm -rf /workspace/*");
    stop(fox);
    seeds.at(fox, Instant.now().plusSeconds(3600)); // the clock of then was an hour ahead

    start(owl, Optional.of(seed));

    assertThat(host.inside(owl, "cat /workspace/a/deep/file")).isEqualTo("one");
  }

  @Test
  void what_is_another_owners_is_refused_though_its_layer_is_there() throws Exception {
    var seed = aStoppedFox();
    start(owl, Optional.of(seed));
    var frozen = FrozenLayers.open(host.root(), seeds);
    var folder = new WorkspaceFolder(host.root().resolve("workspaces").resolve(elk.value()));

    assertThatThrownBy(() -> frozen.lay(folder, seed, UserId.create(), _ -> {}))
        .isInstanceOf(Problem.Missing.class);
    assertThat(folder.path()).doesNotExist();
  }

  /** What is on the disk when a server is killed behind each step of a freezing. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void a_freezing_that_a_kill_broke_off_is_ended(int steps) throws Exception {
    var seed = aStoppedFox();
    var name = LayerName.of(seed).toString();
    var folder = new WorkspaceFolder(host.root().resolve("workspaces").resolve(fox.value()));
    var layer = host.root().resolve("layers").resolve(name);
    var draft = layer.resolveSibling(name + ".new");
    Files.write(folder.path().resolve("freezing"), List.of(name, TestHost.OWNER.toString()));
    if (steps > 0) Files.createDirectories(draft);
    if (steps > 1) Files.move(folder.files(), draft.resolve("files"));
    if (steps > 2) Files.move(folder.upper(), draft.resolve("upper"));
    if (steps > 3) Files.writeString(draft.resolve("owner"), TestHost.OWNER.toString());
    if (steps > 4) Files.write(draft.resolve("ground"), List.of("end"));
    if (steps > 4) Files.move(draft, layer);
    if (steps > 5) Files.write(folder.path().resolve("ground"), List.of(name, "end"));

    driver.close();
    open();

    start(fox, Optional.empty());
    assertThat(host.inside(fox, "cat /workspace/a/deep/file /home/gitpod/mine"))
        .isEqualTo("one\nmine");
    start(owl, Optional.of(seed));
    assertThat(host.inside(owl, "cat /workspace/a/deep/file /home/gitpod/mine"))
        .isEqualTo("one\nmine");
    assertThat(folder.path().resolve("freezing")).doesNotExist();
  }

  /** A real kill -9, some milliseconds after a start on another's files began. */
  @ParameterizedTest
  @ValueSource(ints = {0, 20, 60, 120, 200})
  void a_start_on_anothers_files_that_a_kill_broke_off_is_made_again(int millis) throws Exception {
    var seed = aStoppedFox();
    driver.close();
    killed("start", millis);
    open();

    start(owl, Optional.of(seed));
    start(fox, Optional.empty());

    for (var one : List.of(owl, fox)) {
      assertThat(host.inside(one, "cd /workspace; ls; cat a/deep/file /home/gitpod/mine"))
          .isEqualTo("a\ngone\none\nmine");
    }
  }

  private void killed(String what, int millis) throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledDriver.class.getName(),
                host.folder().toString(),
                what,
                owl.value(),
                fox.value())
            .redirectErrorStream(true)
            .start();
    try (var lines = process.inputReader()) {
      while (!"begins".equals(lines.readLine())) assertThat(process.isAlive()).isTrue();
      Thread.sleep(millis); // the moment is what is tested
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
