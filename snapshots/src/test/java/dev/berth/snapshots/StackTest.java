package dev.berth.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.posix.Name;
import dev.berth.base.process.Command;
import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.save.Save;
import dev.berth.snapshots.save.Scope;
import dev.berth.snapshots.save.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers are saved as what the kernel's overlayfs shows of them; needs root. */
final class StackTest {
  private static final String SERIES = "octo-hello-abcdefghijk";
  private static final int LAYERS = 4;

  /** Not below /tmp, which may be a tmpfs. */
  private Path here;

  private Repository repository;
  private final List<Path> mounted = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    here = Files.createTempDirectory(Path.of("/var/tmp"), "berth-stack");
    repository =
        Repository.open(
            FolderStore.open(here.resolve("store")), OwnerKeys.of(new byte[32], "octo"));
  }

  @AfterEach
  void close() throws Exception {
    for (var place : mounted.reversed()) Command.of("umount", place.toString()).orProblem("?");
    Command.of("rm", "-rf", here.toString()).orProblem("Remove it by hand.");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void layers_come_back_as_one_tree(long seed) throws Exception {
    var layers = layers("files", seed, List.of(), "on");

    var restored = restore(save(layers, Set.of()));

    var seen = mount(subfolders(layers, "files"), List.of(), "on");
    assertThat(Rsync.differences(seen, restored.resolve("files"))).isEmpty();
  }

  /** As the changes in an image are kept: what they hide of it must be hidden afterwards. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void layers_over_something_else_still_hide_what_they_hid(long seed) throws Exception {
    var image = Files.createDirectories(here.resolve("image"));
    change(image, new Random(seed), 60);
    var layers = layers("upper", seed, List.of(image), "off");

    var restored = restore(save(layers, Set.of(Name.of("upper"))));

    var seen = mount(subfolders(layers, "upper"), List.of(image), "off");
    var again = mount(List.of(restored.resolve("upper")), List.of(image), "off");
    Command.of(
            "sh",
            "-c",
            "cp -a "
                + here
                + seed
                + "; cd "
                + here
                + "; mount | grep "
                + here
                + seed
                + seed
                + ".find 2>&1")
        .run();
    assertThat(Rsync.differences(seen, again)).isEmpty();
  }

  @Test
  void of_layers_that_an_earlier_snapshot_has_nothing_is_read() throws Exception {
    var layers = layers("files", 21, List.of(), "on");
    var below = layers.subList(1, layers.size());
    var origin = later().runIfChanged(new Stack(below, Set.of()), "origin", Optional.empty());

    var fresh = here.resolve("fresh");
    Files.createDirectories(fresh.resolve("files"));
    var stack = new ArrayList<>(List.of(fresh));
    stack.addAll(below);
    var first = later().runIfChanged(new Stack(stack, Set.of()), SERIES, origin).orElseThrow();

    assertThat(first.totals().files()).isPositive();
    assertThat(first.totals().readFiles()).isZero();
  }

  private Save later() {
    var clock = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));
    return new Save(repository, clock, 2, Scope.ALL);
  }

  private Snapshot save(List<Path> layers, Set<Name> over) throws Exception {
    var save = new Save(repository, Clock.systemUTC(), 2, Scope.ALL);
    return save.runIfChanged(new Stack(layers, over), SERIES, Optional.empty()).orElseThrow();
  }

  private Path restore(Snapshot snapshot) throws Exception {
    var target = here.resolve("restored");
    assertThat(snapshot.findings()).isEmpty();
    assertThat(new Restore(repository, 2).run(snapshot, target)).isEmpty();
    return target;
  }

  private static List<Path> subfolders(List<Path> layers, String name) {
    return layers.stream().map(layer -> layer.resolve(name)).toList();
  }

  /** Made one over the other by changing what the kernel shows; the uppermost first. */
  private List<Path> layers(String name, long seed, List<Path> beneath, String redirect)
      throws Exception {
    var random = new Random(seed);
    var layers = new ArrayList<Path>();
    for (int i = 0; i < LAYERS; i++) {
      var layer = here.resolve("layer" + i);
      Files.createDirectories(layer.resolve(name));
      var lower = new ArrayList<>(subfolders(layers, name));
      lower.addAll(beneath);
      if (lower.isEmpty()) {
        change(layer.resolve(name), random, 80);
      } else {
        var work = Files.createDirectories(here.resolve("work" + i));
        var place = Files.createDirectories(here.resolve("merged" + i));
        var options =
            "redirect_dir=%s,index=off,metacopy=off,lowerdir=%s,upperdir=%s,workdir=%s"
                .formatted(redirect, joined(lower), layer.resolve(name), work);
        mount(place, options);
        change(place, random, 40);
        Command.of("umount", place.toString()).orProblem("?");
        mounted.remove(place);
      }
      layers.addFirst(layer);
    }
    return layers;
  }

  private Path mount(List<Path> layers, List<Path> beneath, String redirect) throws Exception {
    var lower = new ArrayList<>(layers);
    lower.addAll(beneath);
    lower.add(Files.createDirectories(here.resolve("empty"))); // a mount wants two
    var place = Files.createTempDirectory(here, "seen");
    mount(place, "ro,redirect_dir=%s,lowerdir=%s".formatted(redirect, joined(lower)));
    return place;
  }

  private static String joined(List<Path> folders) {
    return folders.stream().map(Path::toString).collect(Collectors.joining(":"));
  }

  private void mount(Path place, String options) throws Exception {
    Command.of("mount", "-t", "overlay", "-o", options, "berth", place.toString()).orProblem("?");
    mounted.add(place);
  }

  /** Writes, moves, deletes and replaces files and folders, whichever random says. */
  private static void change(Path root, Random random, int steps) throws Exception {
    for (int i = 0; i < steps; i++) {
      var folders = all(root, true);
      var files = all(root, false);
      var folder = folders.get(random.nextInt(folders.size()));
      var fresh = folder.resolve("n" + random.nextInt(12));
      var any = files.isEmpty() || random.nextBoolean() ? folder : one(files, random);
      switch (random.nextInt(9)) {
        case 0, 1 -> {
          if (Files.notExists(fresh, LinkOption.NOFOLLOW_LINKS)) Files.createDirectory(fresh);
        }
        case 2, 3 -> {
          if (!Files.isDirectory(fresh)) Files.writeString(fresh, "text " + random.nextInt());
        }
        case 4 -> {
          if (!any.equals(root)) remove(any);
        }
        case 5, 6 -> {
          boolean free = Files.notExists(fresh, LinkOption.NOFOLLOW_LINKS);
          if (!any.equals(root) && free && !fresh.startsWith(any)) move(any, fresh);
        }
        case 7 -> {
          if (!files.isEmpty()) Files.writeString(one(files, random), "more");
        }
        default -> {
          if (!any.equals(root)) {
            boolean wasFolder = Files.isDirectory(any);
            remove(any);
            if (wasFolder && random.nextBoolean()) Files.writeString(any, "was a folder");
            else Files.createDirectory(any);
          }
        }
      }
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Without redirects a folder from beneath cannot be moved.
      if (!String.valueOf(e.getMessage()).contains("cross-device")) throw e;
    }
  }

  private static Path one(List<Path> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  private static List<Path> all(Path root, boolean folders) throws IOException {
    try (var walk = Files.walk(root)) {
      return walk.filter(path -> Files.isDirectory(path) == folders).sorted().toList();
    }
  }

  private static void remove(Path path) throws IOException {
    List<Path> deepestFirst;
    try (var walk = Files.walk(path)) {
      deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (var one : deepestFirst) Files.delete(one);
  }
}
