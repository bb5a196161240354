package dev.berth.supervisor.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HalfPacksTest {
  @TempDir private Path folder;
  private Path packs;

  @BeforeEach
  void makeFolders() throws IOException {
    packs = Files.createDirectories(folder.resolve(".git/objects/pack")).toRealPath();
  }

  @Test
  void the_remains_of_a_fetch_are_found_and_whole_packs_are_not() throws Exception {
    var pack = Files.createFile(packs.resolve("tmp_pack_iBqrgR"));
    var index = Files.createFile(packs.resolve("tmp_idx_x7Zq1a"));
    Files.createFile(packs.resolve("pack-0123456789012345678901234567890123456789.pack"));

    assertThat(HalfPacks.in(folder.toRealPath())).containsExactlyInAnyOrder(pack, index);
  }

  @Test
  void one_that_a_process_writes_is_left_to_it() throws Exception {
    var pack = packs.resolve("tmp_pack_iBqrgR");
    var left = Files.createFile(packs.resolve("tmp_pack_xQSd0f"));
    try (var _ = Files.newOutputStream(pack)) {
      assertThat(HalfPacks.in(folder.toRealPath())).containsExactly(left);
    }
    assertThat(HalfPacks.in(folder.toRealPath())).containsExactlyInAnyOrder(pack, left);
  }

  @Test
  void a_folder_that_is_no_repository_has_none() throws Exception {
    assertThat(HalfPacks.in(Files.createDirectories(folder.resolve("other")))).isEmpty();
  }
}
