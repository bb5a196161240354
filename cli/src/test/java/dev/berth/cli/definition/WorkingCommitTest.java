package dev.berth.cli.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkingCommitTest {
  private static final Set<PosixFilePermission> HIS_ALONE = Set.of(PosixFilePermission.OWNER_READ);

  @TempDir private Path folder;

  @Test
  void what_only_its_owner_may_read_can_be_cloned_by_all_and_stays_his() throws Exception {
    var shop = folder.resolve("shop");
    sh(
        """
        umask 077
        git init --quiet --initial-branch=main shop && cd shop
        echo one >one && git add one
        git -c user.name=a -c user.email=a@example.org commit --quiet -m first
        echo two >two
        """);
    var before = modes(shop);

    try (var copy = WorkingCommit.of(shop, folder.resolve("trials"))) {
      var repository = folder.resolve("trials").resolve(copy.url().replaceFirst(".*/trials/", ""));

      assertThat(files(repository))
          .isNotEmpty()
          .allSatisfy(file ->
              assertThat(Files.getPosixFilePermissions(file))
                  .contains(PosixFilePermission.OTHERS_READ));
      assertThat(sh("git --git-dir=" + repository + " log --format=%s main"))
          .isEqualTo("The working copy\nfirst");
      assertThat(sh("git --git-dir=" + repository + " ls-tree --name-only main"))
          .isEqualTo("one\ntwo");
    }

    assertThat(modes(shop)).isEqualTo(before).contains(HIS_ALONE);
    assertThat(files(folder.resolve("trials"))).isEmpty();
  }

  private static List<Path> files(Path below) throws IOException {
    try (var all = Files.walk(below)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static List<Set<PosixFilePermission>> modes(Path below) throws IOException {
    var modes = new ArrayList<Set<PosixFilePermission>>();
    for (var file : files(below)) modes.add(Files.getPosixFilePermissions(file));
    return modes;
  }

  private String sh(String script) throws InterruptedException {
    return Command.of("sh", "-ec", script).in(folder).orProblem("See git.").text();
  }
}
