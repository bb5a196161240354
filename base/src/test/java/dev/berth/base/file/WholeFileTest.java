package dev.berth.base.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WholeFileTest {
  @Test
  void takes_the_place_of_what_had_its_name_and_leaves_nothing_else(@TempDir Path folder)
      throws Exception {
    var file = folder.resolve("file");
    Files.writeString(file.resolveSibling("file.new"), "half of an earlier try, which was killed");

    WholeFile.write(file, List.of("a longer line"));
    WholeFile.write(file, List.of("one", "two"));

    assertThat(file).hasContent("one\ntwo");
    try (var names = Files.list(folder)) {
      assertThat(names).containsExactly(file);
    }
  }
}
