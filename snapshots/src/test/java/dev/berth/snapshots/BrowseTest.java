package dev.berth.snapshots;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.posix.Name;
import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.browse.Differences.Difference;
import dev.berth.snapshots.browse.Differences.What;
import dev.berth.snapshots.browse.SavedTree;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.save.Save;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On random trees of all that Linux has. */
final class BrowseTest {
  @TempDir Path here;
  private Repository repository;

  @BeforeEach
  void open() throws Exception {
    repository =
        Repository.open(
            FolderStore.open(here.resolve("store")), OwnerKeys.of(new byte[32], "octo"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void each_file_has_the_bytes_that_a_restore_gives_it(long seed) throws Exception {
    RandomTree.make(here.resolve("tree"), seed, 200);
    var snapshot = new Save(repository, Clock.systemUTC(), 2).run(here.resolve("tree"), "series");
    new Restore(repository, 2).run(snapshot, here.resolve("back"));
    var tree = SavedTree.of(repository);

    var seen = new ArrayList<Integer>();
    each(
        tree,
        snapshot.rootEntry(),
        List.of(),
        (_, entry) -> {
          if (!(entry instanceof Entry.File file)) return;
          var out = new ByteArrayOutputStream();
          tree.copy(file, out);
          seen.add(Arrays.hashCode(out.toByteArray()));
        });

    var wanted = new ArrayList<Integer>();
    try (var files = Files.walk(here.resolve("back"))) {
      for (var file : files.filter(one -> Files.isRegularFile(one, NOFOLLOW_LINKS)).toList()) {
        wanted.add(Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6, 7, 8, 9})
  void what_differs_is_what_a_look_at_every_file_finds(long seed) throws Exception {
    var folder = here.resolve("tree");
    RandomTree.make(folder, seed, 300);
    var save = new Save(repository, Clock.systemUTC(), 2);
    var before = save.run(folder, "series");
    RandomTree.change(folder, seed);
    var now = save.run(folder, "series");
    var tree = SavedTree.of(repository);

    var told = tree.compare(Optional.of(before), now, 10_000);

    var old = files(tree, before.rootEntry());
    var later = files(tree, now.rootEntry());
    assertThat(covered(told.first(), What.ADDED, later)).isEqualTo(without(later, old));
    assertThat(covered(told.first(), What.REMOVED, old)).isEqualTo(without(old, later));
    assertThat(told.all()).isTrue();
    assertThat(told.more()).isZero();
    assertThat(tree.compare(Optional.of(now), now, 10).first()).isEmpty();
    assertThat(tree.compare(Optional.empty(), now, 1).more()).isPositive();
  }

  private static Set<List<Name>> files(SavedTree tree, Entry.Folder folder) throws Exception {
    var all = new HashSet<List<Name>>();
    each(
        tree,
        folder,
        List.of(),
        (path, entry) -> {
          if (!(entry instanceof Entry.Whiteout)) all.add(path);
        });
    return all;
  }

  private static Set<List<Name>> without(Set<List<Name>> all, Set<List<Name>> those) {
    return all.stream().filter(one -> !those.contains(one)).collect(Collectors.toSet());
  }

  /** Those of {@code files} that are told of, by themselves or by a folder that they are in. */
  private static Set<List<Name>> covered(List<Difference> told, What what, Set<List<Name>> files) {
    var paths = told.stream().filter(one -> one.what() == what).map(Difference::path).toList();
    return files.stream()
        .filter(file ->
            paths.stream()
                .anyMatch(path ->
                    path.size() <= file.size() && file.subList(0, path.size()).equals(path)))
        .collect(Collectors.toSet());
  }

  private interface Each {
    void entry(List<Name> path, Entry entry) throws Exception;
  }

  /** All but folders. */
  private static void each(SavedTree tree, Entry.Folder folder, List<Name> path, Each each)
      throws Exception {
    var entries = tree.entries(folder);
    for (var entry = entries.next(); entry.isPresent(); entry = entries.next()) {
      var below = new ArrayList<>(path);
      below.add(entry.get().name());
      if (entry.get() instanceof Entry.Folder inner) each(tree, inner, below, each);
      else each.entry(below, entry.get());
    }
  }
}
