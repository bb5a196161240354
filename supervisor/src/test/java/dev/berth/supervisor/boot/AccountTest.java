package dev.berth.supervisor.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.supervisor.process.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccountTest {
  @TempDir private Path root;

  @Test
  void the_account_is_added_once() throws Exception {
    write("etc/passwd", "root:x:0:0:root:/root:/bin/sh");
    write("etc/group", "root:x:0:\ndocker:x:998:someone,gitpod\n");
    write("etc/shadow", "root:*:1::::::\n");
    write("etc/skel/.profile", "hello");
    Files.createDirectories(root.resolve("etc/sudoers.d"));

    var account = Account.ensure(root, Optional.empty());
    var again = Account.ensure(root, Optional.empty());

    assertThat(again).isEqualTo(account);
    assertThat(account.notices()).isEmpty();
    assertThat(account.identity().groups()).containsExactly(998);
    assertThat(account.home()).isEqualTo(Path.of("/home/gitpod"));
    assertThat(read("etc/passwd"))
        .isEqualTo("root:x:0:0:root:/root:/bin/sh\ngitpod:x:33333:33333::/home/gitpod:/bin/sh\n");
    assertThat(read("etc/group")).endsWith("gitpod:x:33333:\n");
    assertThat(read("etc/shadow")).endsWith("gitpod:*:20000:0:99999:7:::\n");
    assertThat(read("home/gitpod/.profile")).isEqualTo("hello");
    assertThat(read("etc/sudoers.d/90-berth")).contains("NOPASSWD");
    assertThat(Files.getAttribute(root.resolve("home/gitpod/.profile"), "unix:uid"))
        .isEqualTo(33333);
  }

  @Test
  void an_image_with_nothing_gets_it_all() {
    assertThat(Account.ensure(root, Optional.empty()).notices()).isEmpty();
    assertThat(root.resolve("home/gitpod")).isDirectory();
  }

  @Test
  void another_owner_of_the_number_is_told() throws Exception {
    write("etc/passwd", "coder:x:33333:33333::/home/coder:/bin/bash\n");

    var account = Account.ensure(root, Optional.empty());

    assertThat(account.notices()).singleElement().asString().contains("33333 belongs to coder");
    assertThat(account.home()).isEqualTo(Path.of("/home/coder"));
    assertThat(read("etc/passwd")).doesNotContain("gitpod");
  }

  @Test
  void an_account_that_is_named_gets_the_number_of_the_files_and_its_home_with_it()
      throws Exception {
    write("etc/passwd", "root:x:0:0::/root:/bin/sh\nvscode:x:1000:1000:,:/home/vscode:/bin/zsh\n");
    write("etc/group", "root:x:0:\nvscode:x:1000:\nnvm:x:998:vscode\n");
    write("home/vscode/.zshrc", "hi");
    write("home/vscode/of-root", "");
    own("home/vscode", 1000);
    own("home/vscode/.zshrc", 1000);
    own("home/vscode/of-root", 0);
    Files.createSymbolicLink(root.resolve("home/vscode/link"), root.resolve("etc/group"));
    Files.createDirectories(root.resolve("etc/sudoers.d"));

    var account = Account.ensure(root, Optional.of("vscode"));
    var again = Account.ensure(root, Optional.of("vscode"));

    assertThat(again).isEqualTo(account);
    assertThat(account.notices()).isEmpty();
    assertThat(account.name()).isEqualTo("vscode");
    assertThat(account.home()).isEqualTo(Path.of("/home/vscode"));
    assertThat(account.identity()).isEqualTo(new Identity(33333, 33333, List.of(998)));
    assertThat(read("etc/passwd"))
        .isEqualTo("vscode:x:33333:33333:,:/home/vscode:/bin/zsh\nroot:x:0:0::/root:/bin/sh\n");
    assertThat(read("etc/group")).isEqualTo("root:x:0:\nvscode:x:33333:\nnvm:x:998:vscode\n");
    assertThat(owner("home/vscode")).isEqualTo(33333);
    assertThat(owner("home/vscode/.zshrc")).isEqualTo(33333);
    assertThat(owner("home/vscode/of-root")).isEqualTo(0);
    assertThat(owner("etc/group")).isEqualTo(0);
    assertThat(read("etc/sudoers.d/90-berth")).startsWith("vscode ALL");
  }

  @Test
  void one_that_shares_its_group_stays_in_it_and_a_number_names_it_too() throws Exception {
    write("etc/passwd", "dev:x:1001:100::/srv/dev:/bin/sh\n");
    write("etc/group", "users:x:100:ann\n");

    var account = Account.ensure(root, Optional.of("1001:100"));

    assertThat(account.notices()).isEmpty();
    assertThat(account.name()).isEqualTo("dev");
    assertThat(account.identity()).isEqualTo(new Identity(33333, 33333, List.of(100)));
    assertThat(read("etc/group")).isEqualTo("users:x:100:ann,dev\ndev-files:x:33333:\n");
    assertThat(owner("srv/dev")).isEqualTo(33333);
  }

  @Test
  void root_stays_root() throws Exception {
    write("etc/passwd", "root:x:0:0::/root:/bin/sh\n");

    for (var name : List.of("root", "0", "root:root")) {
      var account = Account.ensure(root, Optional.of(name));

      assertThat(account.notices()).isEmpty();
      assertThat(account.name()).isEqualTo("root");
      assertThat(account.identity()).isEqualTo(new Identity(0, 0, List.of()));
      assertThat(account.home()).isEqualTo(Path.of("/root"));
    }
    assertThat(read("etc/passwd")).doesNotContain("gitpod");
  }

  @Test
  void one_of_our_own_making_gives_way() throws Exception {
    write(
        "etc/passwd",
        "gitpod:x:33333:33333::/home/gitpod:/bin/sh\nvscode:x:1000:1000::/home/vscode:/bin/sh\n");
    write("etc/group", "gitpod:x:33333:\nvscode:x:1000:\n");

    var account = Account.ensure(root, Optional.of("vscode"));

    assertThat(account.notices()).isEmpty();
    assertThat(account.identity()).isEqualTo(new Identity(33333, 33333, List.of(1000)));
    assertThat(read("etc/passwd")).startsWith("vscode:x:33333:33333:");
    assertThat(Account.ensure(root, Optional.of("vscode"))).isEqualTo(account);
    assertThat(Account.ensure(root, Optional.empty()).name()).isEqualTo("vscode");
  }

  @Test
  void one_that_is_not_there_or_whose_number_is_taken_is_told() throws Exception {
    write("etc/passwd", "coder:x:33333:33333::/home/coder:/bin/sh\nnode:x:7:7::/home/node:/x\n");

    var missing = Account.ensure(root, Optional.of("../etc"));
    var taken = Account.ensure(root, Optional.of("node"));

    assertThat(missing.notices())
        .singleElement()
        .asString()
        .contains("There is no user ../etc in this image; your processes run as coder");
    assertThat(taken.notices())
        .singleElement()
        .asString()
        .contains("33333 belongs to coder in this image, so your processes run as that user");
    assertThat(taken.name()).isEqualTo("coder");
    assertThat(read("etc/passwd")).contains("node:x:7:7:");
  }

  private void own(String name, int id) throws Exception {
    Files.setAttribute(root.resolve(name), "unix:uid", id);
    Files.setAttribute(root.resolve(name), "unix:gid", id);
  }

  private Object owner(String name) throws Exception {
    return Files.getAttribute(root.resolve(name), "unix:uid");
  }

  private void write(String name, String text) throws Exception {
    var file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String read(String name) throws Exception {
    return Files.readString(root.resolve(name));
  }
}
