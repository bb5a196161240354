package dev.berth.cli.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OwnersCopyTest {
  /** Each of its repositories starts a program that notes who runs it. */
  private static final String HOSTILE =
      """
      git config --global user.name a; git config --global user.email a@example.org
      mkdir shop; cd shop; git init --quiet --initial-branch=trunk
      printf '#!/bin/sh\\nid -u >>%1$s/shop/ran\\n' >start; chmod 755 start; echo ran >.gitignore
      git init --quiet sub; git -C sub commit --quiet --allow-empty -m sub; echo one >one
      git add --all 2>/dev/null; git commit --quiet -m first
      git -C sub config core.fsmonitor %1$s/shop/start; echo two >sub/two; git -C sub add two
      git config core.fsmonitor %1$s/shop/start; echo three >three; rm -f ran
      """;

  @TempDir private Path folder;

  @BeforeEach
  void everybody_comes_to_the_folder() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void what_a_repository_of_somebody_else_starts_has_his_rights_and_no_more() throws Exception {
    sh(HOSTILE.formatted(folder) + "chown -R 65534:65534 .");

    copied();

    assertThat(Files.readString(folder.resolve("shop/ran")))
        .contains("65534")
        .doesNotContain("0\n");
  }

  @Test
  void a_repository_of_somebody_else_inside_our_own_starts_nothing() throws Exception {
    sh(HOSTILE.formatted(folder) + "git config --unset core.fsmonitor; chown -R 65534 sub start");

    copied();

    assertThat(folder.resolve("shop/ran")).doesNotExist();
  }

  private void copied() throws Exception {
    try (var copy = WorkingCommit.of(folder.resolve("shop"), folder.resolve("trials"))) {
      var in = "git --git-dir=" + Path.of(copy.url().replaceFirst("^file:", "")) + " ";
      assertThat(sh(in + "log --format=%s trunk")).isEqualTo("The working copy\nfirst");
      assertThat(sh(in + "ls-tree --name-only HEAD"))
          .isEqualTo(".gitignore\none\nstart\nsub\nthree");
      assertThat(sh(in + "ls-tree HEAD sub")).startsWith("160000 commit");
    }
    assertThat(folder.resolve("trials")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mkdir shop", // no repository
        "git init --quiet --initial-branch=main shop", // no commit
        """
        git config --global user.name a; git config --global user.email a@example.org
        git init --quiet --initial-branch=main from; cd from
        git commit --quiet --allow-empty -m 1; git commit --quiet --allow-empty -m 2; cd ..
        git clone --quiet --depth 1 file://$PWD/from shop
        """
      })
  void a_folder_of_somebody_else_is_copied_as_it_is(String make) throws Exception {
    sh(make + "\necho one >shop/one; chown -R 65534:65534 shop");

    try (var copy = WorkingCommit.of(folder.resolve("shop"), folder.resolve("trials"))) {
      var in = "git --git-dir=" + Path.of(copy.url().replaceFirst("^file:", "")) + " ";
      assertThat(sh(in + "ls-tree --name-only main")).isEqualTo("one");
    }
  }

  @Test
  void a_repository_that_names_what_its_owner_may_not_read_is_not_copied() throws Exception {
    sh(
        """
        git config --global user.name a; git config --global user.email a@example.org
        mkdir secret; cd secret; git init --quiet; echo key >key; git add key; git commit -qm key
        cp -r ../secret ../shop; chmod 700 ../secret; cd ../shop
        rm -r .git/objects .git/refs; echo ../../secret/.git >.git/commondir
        chown -R 65534:65534 ../shop
        """);

    assertThatThrownBy(() -> WorkingCommit.of(folder.resolve("shop"), folder.resolve("trials")))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("no repository that its owner could use");
    assertThat(folder.resolve("trials")).isEmptyDirectory();
  }

  private String sh(String script) throws InterruptedException {
    return Command.of("sh", "-ec", script)
        .with("HOME", folder.toString())
        .in(folder)
        .orProblem("See git.")
        .text();
  }
}
