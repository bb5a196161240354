package dev.berth.node.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.metrics.Metrics;
import dev.berth.base.process.Beside;
import dev.berth.base.process.Command;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.folder.FolderStore;
import dev.berth.objects.wrap.Forwarding;
import dev.berth.objects.wrap.Under;
import dev.berth.protocol.InsidePath;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Proofs;
import dev.berth.runtime.SavedFiles;
import dev.berth.runtime.Saves;
import dev.berth.runtime.Seed;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.prune.Thinning;
import dev.berth.snapshots.repository.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On real files; a workspace's folder as the runc driver has it. */
@Timeout(330)
final class MachineSavesTest {
  /** Of saves by themselves: one that took 3 s of a busy machine is followed by a rest of 30. */
  private static final Duration SOON = Duration.ofSeconds(100);

  /** Of what lets everything else on the machine go first. */
  private static final Duration WHEN_THERE_IS_TIME = Duration.ofSeconds(150);

  /** Of a save that is broken off as others are: each try has twice the time, a minute later. */
  private static final Duration THIRD_TRY = Duration.ofSeconds(200);

  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final WorkspaceId fox = WorkspaceId.create("octo", "fox");
  private final UserId ann = UserId.create();
  private final UserId bob = UserId.create();

  @TempDir Path here;
  private Path folder;
  private MachineSaves saves;
  private final Set<String> held = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void make_a_workspace() throws Exception {
    folder = workspace(fox);
    Files.writeString(folder.resolve("files/work"), "one");
    saves = open(AT_ONCE);
  }

  /** As on a disk that stalls: nobody reads the pipe that the mark is written to. */
  @Test
  void who_marks_one_workspace_keeps_nobody_waiting_who_asks_for_another() throws Exception {
    saves.close();
    saves = open(Duration.ofHours(1));
    var hen = WorkspaceId.create("octo", "hen");
    workspace(hen);
    var pipe = folder.resolve("unsaved.new");
    Command.of("mkfifo", pipe.toString()).orProblem("See it.");
    var stalled = Thread.ofPlatform().start(() -> saves.mayHaveChanged(fox, ann));
    try {
      await().until(() -> Stream.of(stalled.getStackTrace()).anyMatch(MachineSavesTest::isMark));

      assertThat(CompletableFuture.runAsync(() -> saves.mayHaveChanged(hen, bob)))
          .succeedsWithin(SOON);

      assertThat(new Unsaved(workspace(hen)).owner()).hasValue(bob);
      assertThat(saves.trouble(fox)).isEmpty();
    } finally {
      assertThat(Files.readString(pipe)).isEqualTo(ann.toString());
      stalled.join();
    }
  }

  private static boolean isMark(StackTraceElement frame) {
    return frame.getClassName().equals(Unsaved.class.getName());
  }

  @AfterEach
  void close() {
    saves.close();
  }

  private Path workspace(WorkspaceId id) throws IOException {
    var made = here.resolve("workspaces").resolve(id.value());
    for (var name : new String[] {"files", "upper", "work", "instance"}) {
      Files.createDirectories(made.resolve(name));
    }
    return made;
  }

  private MachineSaves open(Duration every) {
    return open(usual(every));
  }

  private SaveOptions usual(Duration every) {
    return SaveOptions.usual(here.resolve("store"), Optional.empty(), new byte[32], every);
  }

  /** Which takes its turn on a machine that has much to do. */
  private MachineSaves open(SaveOptions options) {
    return open(options, Clock.systemUTC());
  }

  private MachineSaves open(SaveOptions options, Clock clock) {
    return MachineSaves.open(
        here.resolve("workspaces"),
        FolderStore.open(options.store()),
        Optional.empty(),
        options,
        clock);
  }

  /** Only the newest stays by itself. */
  private MachineSaves withoutHistory() {
    var opened = unheld();
    opened.hold(_ -> held);
    return opened;
  }

  private MachineSaves unheld() {
    return open(
        new SaveOptions(
            here.resolve("store"),
            Optional.empty(),
            new byte[32],
            AT_ONCE,
            SaveOptions.USUAL_LONGEST,
            List.of(),
            List.of(),
            Long.MAX_VALUE,
            new Thinning(Duration.ZERO, Duration.ZERO, Duration.ZERO),
            SaveCounts.unseen()));
  }

  private Path restored(Saves.Point point) throws Exception {
    var target = here.resolve("restored-" + point.id());
    saves.restore(new Seed(fox, point.id()), ann, target);
    return target;
  }

  @Test
  void what_may_have_changed_is_saved_by_itself() throws Exception {
    saves.close();
    saves = MachineSaves.open(here.resolve("workspaces"), usual(AT_ONCE));
    saves.mayHaveChanged(fox, ann);
    await().atMost(WHEN_THERE_IS_TIME).until(() -> saves.points(fox, ann).size() == 1);

    Files.writeString(folder.resolve("files/work"), "two");
    saves.mayHaveChanged(fox, ann);
    await().atMost(WHEN_THERE_IS_TIME).until(() -> saves.points(fox, ann).size() == 2);

    var points = saves.points(fox, ann);
    assertThat(restored(points.getFirst()).resolve("files/work")).hasContent("two");
    assertThat(restored(points.getLast()).resolve("files/work")).hasContent("one");
    assertThat(saves.trouble(fox)).isEmpty();
    await().atMost(SOON).until(() -> Files.notExists(folder.resolve("unsaved")));
  }

  @Test
  void saves_and_restores_are_counted_with_their_bytes() throws Exception {
    saves.close();
    var metrics = new Metrics();
    saves = open(usual(Duration.ofHours(1)).counting(new SaveCounts(metrics)));

    var owl = WorkspaceId.create("octo", "owl");
    var point = saves.save(fox, ann);
    // What was written just now is looked at once more.
    await()
        .atMost(SOON)
        .until(() -> {
          saves.save(fox, ann);
          return metrics.text().contains("save_seconds_count{outcome=\"unchanged\"} 1\n");
        });
    restored(point);
    assertThatThrownBy(() -> saves.restore(new Seed(owl, point.id()), ann, here.resolve("nothing")))
        .isInstanceOf(Problem.Missing.class);

    assertThat(metrics.text())
        .contains("berth_workspace_save_seconds_count{outcome=\"done\"}")
        .contains("berth_workspace_save_bytes_bucket{le=\"1000\"}")
        .contains("berth_workspace_restore_seconds_count{outcome=\"done\"} 1\n")
        .contains("berth_workspace_restore_seconds_count{outcome=\"failed\"} 1\n")
        .contains("berth_workspace_restore_bytes_sum 3\n");
  }

  @Test
  void a_change_during_a_save_keeps_the_mark() throws Exception {
    saves.close();
    saves = open(Duration.ofHours(1));
    saves.mayHaveChanged(fox, ann); // due in an hour, so after the save that follows

    saves.save(fox, ann);

    assertThat(folder.resolve("unsaved")).exists();
  }

  @Test
  void a_point_that_is_kept_stays_where_others_are_thinned_out() throws Exception {
    saves.close();
    saves = withoutHistory();
    var first = saves.save(fox, ann).id();
    saves.keep(fox, ann, first);
    Files.writeString(folder.resolve("files/work"), "two");
    var second = saves.save(fox, ann).id();

    Files.writeString(folder.resolve("files/work"), "three");
    saves.mayHaveChanged(fox, ann); // thins when it has saved

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(saves.points(fox, ann))
                .extracting(Saves.Point::id)
                .hasSize(2)
                .contains(first)
                .doesNotContain(second));
  }

  @Test
  void a_point_that_somebody_is_about_to_begin_as_stays_until_he_has() throws Exception {
    saves.close();
    saves = withoutHistory();
    var first = saves.save(fox, ann).id();
    held.add(first);
    assertThat(saves.isHeld(new Seed(fox, first), ann)).isTrue();
    assertThat(saves.isHeld(new Seed(fox, first), bob)).isFalse();

    Files.writeString(folder.resolve("files/work"), "two");
    saves.mayHaveChanged(fox, ann);
    await().atMost(SOON).until(() -> Files.notExists(folder.resolve("unsaved")));
    assertThat(saves.points(fox, ann)).extracting(Saves.Point::id).hasSize(2).contains(first);

    held.clear();
    Files.writeString(folder.resolve("files/work"), "three");
    saves.mayHaveChanged(fox, ann);
    await().atMost(SOON).until(() -> saves.points(fox, ann).size() == 1);
    assertThat(saves.isHeld(new Seed(fox, first), ann)).isFalse();
  }

  @Test
  void before_it_is_known_who_needs_what_nothing_goes() throws Exception {
    saves.close();
    saves = unheld();
    for (var text : List.of("two", "three")) {
      saves.mayHaveChanged(fox, ann);
      await().atMost(SOON).until(() -> Files.notExists(folder.resolve("unsaved")));
      Files.writeString(folder.resolve("files/work"), text);
    }

    assertThat(saves.points(fox, ann)).hasSize(2);
  }

  private Kept kept() throws Exception {
    var store = new Under(FolderStore.open(here.resolve("store")), ObjectName.of(ann.toString()));
    var repository = Repository.open(store, OwnerKeys.of(new byte[32], ann.toString()));
    return new Kept(repository, fox.value(), Optional.of(folder.resolve(Kept.EARLIER)));
  }

  @Test
  void of_very_many_that_are_to_stay_the_newest_do_and_the_one_that_was_asked_for_last()
      throws Exception {
    var noon = Instant.parse("2026-11-22T12:00:00Z");
    var ids = new ArrayList<SaveId>();
    for (int i = 0; i < Kept.MOST + 6; i++) ids.add(SaveId.at(noon.plusSeconds(i)));
    var kept = kept();
    for (var id : ids.subList(1, ids.size())) kept.add(id);

    kept.add(ids.getFirst());

    var stay = new ArrayList<>(ids.subList(ids.size() - Kept.MOST + 1, ids.size()));
    stay.add(ids.getFirst());
    assertThat(kept.points())
        .containsExactlyInAnyOrderElementsOf(stay.stream().map(SaveId::text).toList());
  }

  @Test
  void what_an_earlier_version_let_stay_does_so() throws Exception {
    var first = saves.save(fox, ann).id();
    saves.close();
    Files.write(folder.resolve("kept"), List.of(first, first.replaceAll("-.*", "-0"), "nothing"));
    saves = withoutHistory();
    Files.writeString(folder.resolve("files/work"), "two");

    saves.mayHaveChanged(fox, ann);

    await().atMost(SOON).until(() -> Files.notExists(folder.resolve("unsaved")));
    await().atMost(SOON).until(() -> Files.notExists(folder.resolve("kept")));
    assertThat(saves.points(fox, ann)).extracting(Saves.Point::kept).containsExactly(false, true);
    assertThat(kept().points()).containsExactly(first);
  }

  @Test
  void of_a_workspace_that_is_forgotten_no_mark_stays() throws Exception {
    saves.keep(fox, ann, saves.save(fox, ann).id());

    saves.forget(fox, ann);

    assertThat(kept().points()).isEmpty();
  }

  /** On a disk of its own, of which a copy shows what a cut of power would leave. */
  @Test
  void what_others_may_begin_with_as_it_is_was_on_the_disk_before_it_is_called_so()
      throws Exception {
    var disk = here.resolve("disk");
    Command.of("truncate", "--size=64M", disk.toString()).orProblem("see truncate");
    Command.of("mkfs.ext4", "-q", disk.toString()).orProblem("apt-get install e2fsprogs");
    try (var mounted = Mounted.loop(disk, here.resolve("mounted"));
        var there =
            MachineSaves.open(
                mounted.at(),
                SaveOptions.usual(
                    here.resolve("store"), Optional.empty(), new byte[32], Duration.ofHours(1)))) {
      var stopped = Files.createDirectories(mounted.at().resolve(fox.value()));
      Files.createDirectories(stopped.resolve("upper"));
      Files.writeString(Files.createDirectory(stopped.resolve("files")).resolve("it"), "it");
      Files.writeString(stopped.resolve("ended"), "at noon");

      var point = there.save(fox, ann).id();

      var after = Files.copy(disk, here.resolve("after"));
      try (var cut = Mounted.loop(after, here.resolve("cut"))) {
        var left = cut.at().resolve(fox.value());
        assertThat(left.resolve("rest")).hasContent(point + "\nat noon\n");
        assertThat(left.resolve("files/it")).hasContent("it");
      }
    }
  }

  private record Mounted(Path at) implements AutoCloseable {
    static Mounted loop(Path disk, Path at) throws Exception {
      Files.createDirectories(at);
      Command.of("mount", "-o", "loop", disk.toString(), at.toString()).orProblem("root?");
      return new Mounted(at);
    }

    @Override
    public void close() {
      try {
        Command.of("umount", at.toString()).orProblem("see mount");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void what_runs_is_none_that_others_may_begin_with_as_it_is() throws Exception {
    Files.writeString(folder.resolve("ended"), "at noon");

    saves.save(fox, ann);
    assertThat(folder.resolve("rest")).doesNotExist();

    Files.delete(folder.resolve("instance"));
    var point = saves.save(fox, ann).id();
    assertThat(folder.resolve("rest")).hasContent(point + "\nat noon\n");
  }

  @Test
  void what_another_or_nobody_saved_cannot_be_kept() throws Exception {
    var point = saves.save(fox, ann).id();

    assertThatThrownBy(() -> saves.keep(fox, bob, point)).isInstanceOf(Problem.Missing.class);
    assertThatThrownBy(() -> saves.keep(fox, ann, point.replaceAll("-.*", "-0123456789abcdef")))
        .isInstanceOf(Problem.Missing.class);
    assertThat(kept().points()).isEmpty();
  }

  @Test
  void a_change_waits_no_longer_than_was_said_and_is_saved_once_however_often_it_is_told()
      throws Exception {
    saves.close();
    saves = open(Duration.ofSeconds(2));
    long began = System.nanoTime();
    for (int i = 0; i < 100; i++) saves.mayHaveChanged(fox, ann);

    await().atMost(SOON).until(() -> !saves.points(fox, ann).isEmpty());

    assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofSeconds(2).toNanos());
    assertThat(saves.points(fox, ann)).hasSize(1);
  }

  @Test
  void where_nothing_changed_no_point_is_made() throws Exception {
    // The files count as just changed for a moment, so the second save reads them again.
    var first = saves.save(fox, ann);
    await().atMost(SOON).until(() -> saves.save(fox, ann).id().equals(saves.save(fox, ann).id()));

    assertThat(saves.points(fox, ann).getLast().id()).isEqualTo(first.id());
  }

  @Test
  void a_workspace_that_nobody_touches_gets_no_further_point() throws Exception {
    saves.close();
    var metrics = new Metrics();
    // Else the files count as just changed, and once more when they do so no longer.
    ahead.set(Duration.ofMinutes(1));
    saves = open(usual(AT_ONCE).counting(new SaveCounts(metrics)), clock);
    Files.createDirectories(folder.resolve("instance")); // the driver's
    var only = saves.save(fox, ann).id();

    // What a look of the reconciler does, with the mark that a save takes away.
    var mark = folder.resolve("unsaved");
    for (int i = 0; i < 3; i++) {
      long before = unchanged(metrics);
      saves.mayHaveChanged(fox, ann);
      await().atMost(SOON).until(() -> unchanged(metrics) == before + 1);
      await().atMost(SOON).until(() -> !Files.exists(mark));
    }

    assertThat(saves.points(fox, ann)).extracting(Saves.Point::id).containsExactly(only);
  }

  /** How many saves found what the one before them found. */
  private static long unchanged(Metrics metrics) {
    var line =
        Pattern.compile("save_seconds_count\\{outcome=\"unchanged\"} (\\d+)")
            .matcher(metrics.text());
    return line.find() ? Long.parseLong(line.group(1)) : 0;
  }

  @Test
  void what_a_killed_server_did_not_save_the_next_one_does() throws Exception {
    saves.close();
    try (var slow = open(Duration.ofHours(1))) {
      slow.mayHaveChanged(fox, ann);
    } // no save was due

    saves = open(Duration.ofHours(1));

    await().atMost(SOON).until(() -> saves.points(fox, ann).size() == 1);
  }

  @Test
  void temporary_files_and_what_is_the_drivers_own_are_not_kept() throws Exception {
    for (var path : new String[] {"upper/tmp/x", "upper/home/gitpod/.cache/x", "instance/x"}) {
      Files.createDirectories(folder.resolve(path).getParent());
      Files.writeString(folder.resolve(path), "x");
    }
    Files.writeString(folder.resolve("upper/home/gitpod/.profile"), "mine");

    var back = restored(saves.save(fox, ann));

    assertThat(back.resolve("upper/home/gitpod/.profile")).hasContent("mine");
    assertThat(back.resolve("upper/tmp")).doesNotExist();
    assertThat(back.resolve("upper/home/gitpod/.cache")).doesNotExist();
    assertThat(back.resolve("instance")).doesNotExist();
  }

  /** As overlayfs has it in an upper folder: a device 0/0 for what is gone, an attribute. */
  @Test
  void what_was_deleted_or_replaced_in_the_image_stays_so() throws Exception {
    var upper = folder.resolve("upper");
    Files.createDirectories(upper.resolve("etc/replaced"));
    Command.of("mknod", upper.resolve("etc/gone").toString(), "c", "0", "0").orProblem("root?");
    Command.of(
            "python3",
            "-c",
            "import os,sys; os.setxattr(sys.argv[1], 'trusted.overlay.opaque', b'y')",
            upper.resolve("etc/replaced").toString())
        .orProblem("Is the disk one that overlayfs can use?");
    Command.of("chown", "33333:33333", folder.resolve("files/work").toString()).orProblem("root?");

    var back = restored(saves.save(fox, ann));

    assertThat(Files.getAttribute(back.resolve("upper/etc/gone"), "unix:rdev")).isEqualTo(0L);
    assertThat(Files.readAttributes(back.resolve("files/work"), "unix:uid")).containsValue(33333);
    var attribute =
        Command.of(
                "python3",
                "-c",
                "import os,sys; print(os.getxattr(sys.argv[1], 'trusted.overlay.opaque'))",
                back.resolve("upper/etc/replaced").toString())
            .run();
    assertThat(attribute.text()).isEqualTo("b'y'");
  }

  /** As the driver has it where a workspace began as another. */
  @Test
  void what_lies_on_a_layer_is_saved_with_it_as_one_tree() throws Exception {
    Files.writeString(folder.resolve("files/large"), "x".repeat(1 << 20));
    var point = saves.save(fox, ann).id();
    var layer = here.resolve("layers").resolve(fox + "." + point);
    Files.createDirectories(layer);
    for (var part : List.of("files", "upper")) {
      Files.move(folder.resolve(part), layer.resolve(part));
    }
    var owl = WorkspaceId.create("octo", "owl");
    var own = workspace(owl);
    Files.writeString(own.resolve("ground"), fox + "." + point + "\nend\n");
    Files.writeString(own.resolve("files/mine"), "mine");
    Command.of("mknod", own.resolve("files/work").toString(), "c", "0", "0").orProblem("root?");

    var saved = saves.save(owl, ann);

    var back = here.resolve("back");
    saves.restore(new Seed(owl, saved.id()), ann, back);
    assertThat(back.resolve("files/mine")).hasContent("mine");
    assertThat(back.resolve("files/large")).hasSize(1 << 20);
    assertThat(Files.exists(back.resolve("files/work"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(saved.newBytes()).isLessThan(10_000);
  }

  @Test
  void an_archive_of_a_point_is_read_by_tar() throws Exception {
    var out = new ByteArrayOutputStream();

    var moment = new SavedFiles.Moment(fox, ann, saves.save(fox, ann).id());
    saves.files().tar(moment, InsidePath.ROOT, out);

    Files.write(here.resolve("it.tar"), out.toByteArray());
    var listed = Command.of("tar", "-tf", here.resolve("it.tar").toString()).orProblem("see tar");
    assertThat(listed.text().lines()).contains("./files/work", "./upper/");
  }

  @Test
  void a_drill_restores_the_newest_point_elsewhere_and_tells_what_would_be_lost() throws Exception {
    saves.close();
    saves = open(Duration.ofHours(1));
    Files.createDirectories(folder.resolve("files/a/b"));
    Command.of("truncate", "-s", "9000000", folder.resolve("files/a/b/sparse").toString())
        .orProblem("see truncate");
    Files.createSymbolicLink(folder.resolve("files/link"), Path.of("/etc/passwd"));
    var point = saves.save(fox, ann);

    var drill = saves.proofs().drill(fox, ann);

    assertThat(drill.point()).isEqualTo(point.id());
    assertThat(drill.differences()).isEmpty();
    assertThat(drill.files()).isEqualTo(2);
    assertThat(drill.bytes()).isEqualTo(3);
    assertThat(drill.recoveryPoint()).isZero();
    assertThat(drill.recoveryTime()).isPositive();
    assertThat(here.resolve("drill")).isEmptyDirectory();
    saves.mayHaveChanged(fox, ann);
    assertThat(saves.proofs().drill(fox, ann).recoveryPoint()).isPositive();
    assertThatThrownBy(() -> saves.proofs().drill(fox, bob)).isInstanceOf(Problem.Missing.class);
  }

  @Test
  void what_a_drill_left_that_was_cut_off_goes_when_the_server_begins() throws Exception {
    saves.close();
    var left = Files.createDirectories(here.resolve("drill").resolve(fox.value() + "/files"));
    Files.writeString(left.resolve("secret"), "somebody's");

    saves = open(AT_ONCE);

    assertThat(here.resolve("drill")).isEmptyDirectory();
    await().atMost(SOON).until(() -> Files.notExists(here.resolve("drill.left")));
  }

  @Test
  void what_is_damaged_in_the_store_is_found_with_what_it_touches_and_keeps_nothing_else()
      throws Exception {
    saves.close();
    saves = open(Duration.ofHours(1));
    Files.writeString(folder.resolve("files/large"), "x".repeat(3000));
    saves.save(fox, ann);
    assertThat(saves.proofs().check(ann, false).damages()).isEmpty();
    try (var all = Files.walk(here.resolve("store"))) {
      for (var pack : all.filter(file -> file.toString().contains("/packs/")).toList()) {
        if (!Files.isRegularFile(pack)) continue;
        var bytes = Files.readAllBytes(pack);
        bytes[60] ^= 1;
        pack.toFile().setWritable(true);
        Files.write(pack, bytes);
      }
    }

    var health = saves.proofs().check(ann, false);

    assertThat(health.healed()).isEmpty(); // there is no other copy
    assertThatThrownBy(() -> saves.proofs().check(ann, true))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("no object store");
    assertThat(health.damages())
        .extracting(Proofs.Damage::where)
        .anyMatch(at -> at.contains(fox.value()));
    assertThatThrownBy(() -> saves.proofs().drill(fox, ann))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("could not be restored");
    assertThat(here.resolve("drill")).isEmptyDirectory();
    assertThat(saves.points(fox, ann)).hasSize(1);
  }

  @Test
  void the_newest_point_and_the_one_before_another_are_found_and_damaged_ones_are_passed_over()
      throws Exception {
    saves.close();
    saves = open(Duration.ofHours(1));
    assertThat(saves.newest(fox, ann, Optional.empty())).isEmpty();
    var points = new ArrayList<String>();
    for (var text : List.of("one", "two", "three")) {
      Files.writeString(folder.resolve("files/work"), text);
      points.add(saves.save(fox, ann).id());
    }

    assertThat(saves.newest(fox, ann, Optional.empty())).hasValue(points.get(2));
    assertThat(saves.newest(fox, ann, Optional.of(points.get(2)))).hasValue(points.get(1));
    assertThat(saves.newest(fox, ann, Optional.of(points.get(0)))).isEmpty();
    try (var all = Files.walk(here.resolve("store"))) {
      var damaged = all.filter(file -> file.endsWith(points.get(1))).findFirst().orElseThrow();
      Files.writeString(damaged, "nothing of ours");
    }
    assertThat(saves.newest(fox, ann, Optional.of(points.get(2)))).hasValue(points.get(0));
  }

  @Test
  void a_save_that_takes_too_long_lets_others_have_their_turn_and_goes_on_after_them()
      throws Exception {
    saves.close();
    var noise = new byte[90 << 20]; // more than waits in memory to be sent
    new Random(5).nextBytes(noise);
    Files.write(folder.resolve("files/noise"), noise);
    var other = WorkspaceId.create("octo", "owl");
    Files.writeString(workspace(other).resolve("files/work"), "small");
    var store = new Stuck(FolderStore.open(here.resolve("stuck")));
    var options =
        SaveOptions.usual(here.resolve("stuck"), Optional.empty(), new byte[32], AT_ONCE)
            .within(Duration.ofSeconds(5));
    saves =
        MachineSaves.open(
            here.resolve("workspaces"), store, Optional.empty(), options, Clock.systemUTC());
    saves.mayHaveChanged(fox, ann);
    store.stuck.await();

    await().atMost(SOON).until(() -> saves.trouble(fox).isPresent());
    assertThat(saves.trouble(fox).orElseThrow()).contains("longer than 5 s", "goes on by itself");
    saves.mayHaveChanged(other, ann);
    await().atMost(THIRD_TRY).until(() -> saves.points(other, ann).size() == 1);
    assertThat(saves.points(fox, ann)).isEmpty();
    long written = store.writtenBytes.get();
    assertThat(written).isGreaterThan(10 << 20);

    store.letGo();
    // Each that is broken off, too, has more time than the one before.
    await()
        .atMost(SOON)
        .ignoreException(Problem.Unavailable.class)
        .until(() -> saves.save(fox, ann).files() > 0);

    // The packs that were there already are not written again.
    assertThat(store.writtenBytes.get() - written).isLessThan(noise.length - (10 << 20));
    assertThat(restored(saves.points(fox, ann).getFirst()).resolve("files/noise"))
        .hasBinaryContent(noise);
  }

  /** That of the machine, and some time. */
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return Instant.now().plus(ahead.get());
        }
      };

  /**
   * With a workspace of ann's whose save was broken off, and goes on when it is let; and a pack
   * that no snapshot needs, however far that save came.
   */
  private Stuck brokenOff() throws Exception {
    saves.close();
    var store = new Stuck(FolderStore.open(here.resolve("stuck")));
    Files.createDirectories(here.resolve("disk"));
    var options = SaveOptions.usual(here.resolve("disk"), Optional.empty(), new byte[32], AT_ONCE);
    var owl = WorkspaceId.create("octo", "owl");
    Files.writeString(workspace(owl).resolve("files/work"), "small");
    saves = over(store, options);
    saves.save(owl, ann);
    saves.close(); // the time that the other has is not for this one
    var noise = new byte[90 << 20];
    new Random(5).nextBytes(noise);
    Files.write(folder.resolve("files/noise"), noise);
    saves = over(store, options.within(Duration.ofSeconds(2)));
    for (var snapshot : Listing.all(store, ObjectName.of(ann + "/snapshots"))) {
      store.delete(snapshot.name());
    }
    saves.mayHaveChanged(fox, ann);
    await().atMost(SOON).until(() -> saves.trouble(fox).isPresent());
    assertThat(saves.trouble(fox).orElseThrow()).contains("broken off");
    return store;
  }

  private MachineSaves over(ObjectStore store, SaveOptions options) {
    return MachineSaves.open(here.resolve("workspaces"), store, Optional.empty(), options, clock);
  }

  private List<ObjectInfo> packs(ObjectStore store) throws Exception {
    return Listing.all(store, ObjectName.of(ann + "/packs"));
  }

  private void pruneTwice() throws Exception {
    for (int i = 0; i < 2; i++) {
      ahead.updateAndGet(before -> before.plusHours(3));
      saves.prune(ann);
    }
  }

  @Test
  void what_a_save_wrote_that_goes_on_stays_unless_the_disk_is_nearly_full() throws Exception {
    var store = brokenOff();
    pruneTwice();
    assertThat(packs(store)).isNotEmpty();
    var disk = here.resolve("disk").toString();
    Command.of("mount", "-t", "tmpfs", "-o", "size=64m", "none", disk).orProblem("root?");
    try {
      pruneTwice();

      assertThat(packs(store)).isEmpty();
    } finally {
      saves.close();
      Command.of("umount", disk).orProblem("see mount");
    }
  }

  @Test
  void a_workspace_that_is_forgotten_frees_its_room_though_a_save_of_another_goes_on()
      throws Exception {
    var store = brokenOff();
    ahead.set(Duration.ofHours(3));

    saves.forget(WorkspaceId.create("octo", "owl"), ann);

    var waits = ObjectName.of(ann + "/waits");
    await().atMost(SOON).until(() -> !store.list(waits, Optional.empty()).isEmpty());
    pruneTwice();
    assertThat(packs(store)).isEmpty();
  }

  /** Takes one pack, and no other before it is let go. */
  private static final class Stuck extends Forwarding {
    private final AtomicLong writtenBytes = new AtomicLong();
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);
    private final AtomicInteger packs = new AtomicInteger();

    Stuck(ObjectStore store) {
      super(store);
    }

    void letGo() {
      free.countDown();
    }

    @Override
    public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
        throws IOException, InterruptedException {
      boolean large = name.text().contains("/packs/") && bytes.remaining() > 10 << 20;
      if (large && packs.incrementAndGet() > 1) {
        stuck.countDown();
        free.await();
      }
      int length = bytes.remaining();
      boolean done = super.putIfAbsent(name, bytes);
      if (done) writtenBytes.addAndGet(length);
      return done;
    }
  }

  @Test
  void in_the_name_of_another_owner_there_is_nothing() throws Exception {
    var point = saves.save(fox, ann);

    assertThat(saves.newest(fox, bob, Optional.empty())).isEmpty();
    assertThat(saves.points(fox, bob)).isEmpty();
    assertThatThrownBy(() -> saves.restore(new Seed(fox, point.id()), bob, here.resolve("bobs")))
        .isInstanceOf(Problem.Missing.class);
    assertThat(here.resolve("bobs")).doesNotExist();
  }

  @Test
  void a_workspace_that_is_gone_has_no_points_any_more() throws Exception {
    Files.writeString(folder.resolve("files/secret"), "x".repeat(1 << 20));
    saves.save(fox, ann);
    Command.of("rm", "-rf", folder.toString()).orProblem("see rm");

    saves.forget(fox, ann);

    assertThat(saves.points(fox, ann)).isEmpty();
    assertThatThrownBy(() -> saves.save(fox, ann)).isInstanceOf(Problem.Missing.class);
    saves.forget(fox, ann); // may be repeated
  }

  /** Every save begins by announcing itself in the store, where these stay. */
  @Test
  void of_many_who_ask_at_once_two_are_served_at_a_time() throws Exception {
    var atOnce = new AtomicInteger();
    var mayGoOn = new Semaphore(0);
    var real = FolderStore.open(here.resolve("slow"));
    var slow =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (_, method, values) -> {
                  if (method.getName().equals("putIfAbsent")) {
                    atOnce.incrementAndGet();
                    mayGoOn.acquire();
                    atOnce.decrementAndGet();
                  }
                  return method.invoke(real, values);
                });
    var options = SaveOptions.usual(here.resolve("slow"), Optional.empty(), new byte[32], AT_ONCE);
    var asked =
        new MachineSaves(
            here.resolve("workspaces"),
            slow,
            Optional.empty(),
            options,
            Clock.systemUTC(),
            () -> {});
    var saving = new ArrayList<Beside<Saves.Point>>();
    for (int i = 0; i < 6; i++) {
      var one = WorkspaceId.create("octo", "one" + i);
      Files.writeString(workspace(one).resolve("files/work"), "one");
      saving.add(Beside.begin(Thread.ofVirtual(), () -> asked.save(one, ann)));
    }

    await()
        .atMost(SOON)
        .during(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(atOnce).hasValue(2));
    mayGoOn.release(1_000);

    for (var one : saving) assertThat(one.result().files()).isEqualTo(1);
  }

  @Test
  void a_disk_that_is_nearly_full_is_left_alone_and_told() throws Exception {
    var store = here.resolve("store").toString();
    Command.of("mount", "-t", "tmpfs", "-o", "size=64m", "none", store).orProblem("root?");
    try {
      saves.mayHaveChanged(fox, ann);

      await().atMost(SOON).until(() -> saves.trouble(fox).isPresent());
      assertThat(saves.trouble(fox).orElseThrow()).contains("nearly full").contains("larger disk");
      assertThat(here.resolve("store")).isEmptyDirectory();
    } finally {
      saves.close();
      Command.of("umount", store).orProblem("see mount");
    }
  }

  @Test
  void a_store_that_cannot_be_written_is_told_and_the_change_stays_marked() throws Exception {
    saves.close();
    Files.writeString(here.resolve("no-folder"), "");
    saves = open(AT_ONCE);
    var store = here.resolve("store");
    Command.of("rm", "-rf", store.toString()).orProblem("see rm");
    Files.createSymbolicLink(store, here.resolve("no-folder"));

    saves.mayHaveChanged(fox, ann);

    await().atMost(SOON).until(() -> saves.trouble(fox).isPresent());
    assertThat(Files.exists(folder.resolve("unsaved"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }
}
