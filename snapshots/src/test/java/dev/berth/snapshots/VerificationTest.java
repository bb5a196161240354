package dev.berth.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.Restore;
import dev.berth.snapshots.restore.Verification;
import dev.berth.snapshots.save.Save;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VerificationTest {
  @TempDir Path here;

  private Repository repository() throws Exception {
    return Repository.open(
        FolderStore.open(here.resolve("store")), OwnerKeys.of(new byte[32], "octo"));
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33})
  void what_was_restored_is_as_it_was_saved(long seed) throws Exception {
    RandomTree.make(here.resolve("tree"), seed, 200);
    var repository = repository();
    var snapshot = new Save(repository, Clock.systemUTC(), 2).run(here.resolve("tree"), "series");
    new Restore(repository, 2).run(snapshot, here.resolve("back"));

    var result = Verification.of(repository, snapshot, here.resolve("back"));

    assertThat(result.differences()).isEmpty();
    assertThat(result.files()).isEqualTo(snapshot.totals().files());
    assertThat(result.bytes()).isEqualTo(snapshot.totals().bytes());
  }

  @Test
  void each_kind_of_difference_is_told() throws Exception {
    var tree = here.resolve("tree");
    for (var name : new String[] {"bytes", "rights", "gone", "kind", "longer", "time", "owner"}) {
      Files.createDirectories(tree.resolve("a"));
      Files.writeString(tree.resolve("a/" + name), name);
    }
    Files.createSymbolicLink(tree.resolve("a/link"), Path.of("x"));
    var repository = repository();
    var snapshot = new Save(repository, Clock.systemUTC(), 2).run(tree, "series");
    var back = here.resolve("back");
    new Restore(repository, 2).run(snapshot, back);
    Command.of(
            "bash",
            "-ec",
            """
            t=$(stat -c %y bytes); printf bytez > bytes; touch -d "$t" bytes
            chmod 600 rights; rm gone; rm kind; mkdir kind; echo more >> longer
            touch -d 2001-01-01 time; chown 7 owner; ln -sfn y link; touch new other
            """)
        .in(back.resolve("a"))
        .orProblem("see bash");

    assertThat(Verification.of(repository, snapshot, back).differences())
        .contains(
            "/a/bytes: has other bytes",
            "/a/rights: other rights",
            "/a/kind: is something else",
            "/a/longer: has 11 bytes and should have 6",
            "/a/time: other time",
            "/a/owner: other owner",
            "/a/link: leads elsewhere",
            "/a: has 9 names and should have 8")
        .anyMatch(line -> line.startsWith("/a/gone: "));
  }
}
