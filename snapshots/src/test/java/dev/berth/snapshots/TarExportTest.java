package dev.berth.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.objects.folder.FolderStore;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.TarExport;
import dev.berth.snapshots.save.Save;
import java.io.BufferedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TarExportTest {
  @TempDir Path here;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void what_gnu_tar_unpacks_is_what_was_saved(long seed) throws Exception {
    var tree = here.resolve("tree");
    RandomTree.make(tree, seed, 200);
    var repository =
        Repository.open(
            FolderStore.open(here.resolve("store")), OwnerKeys.of(new byte[32], "octo"));
    var snapshot = new Save(repository, Clock.systemUTC(), 2).run(tree, "series");

    try (var out = new BufferedOutputStream(Files.newOutputStream(here.resolve("x.tar")))) {
      TarExport.write(repository, snapshot, out);
    }

    var target = Files.createDirectory(here.resolve("target"));
    var tar =
        new ProcessBuilder(
                "tar",
                "-xp",
                "--same-owner",
                "--xattrs",
                "--xattrs-include=*",
                "-f",
                here.resolve("x.tar").toString(),
                "-C",
                target.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(tar.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
        .isEmpty();
    assertThat(tar.waitFor()).isZero();
    assertThat(Rsync.differences(tree, target)).isEmpty();
  }
}
