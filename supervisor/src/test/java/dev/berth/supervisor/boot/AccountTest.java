package dev.berth.supervisor.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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

    var account = Account.ensure(root);
    var again = Account.ensure(root);

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
    assertThat(Account.ensure(root).notices()).isEmpty();
    assertThat(root.resolve("home/gitpod")).isDirectory();
  }

  @Test
  void another_owner_of_the_number_is_told() throws Exception {
    write("etc/passwd", "coder:x:33333:33333::/home/coder:/bin/bash\n");

    var account = Account.ensure(root);

    assertThat(account.notices()).singleElement().asString().contains("33333 belongs to coder");
    assertThat(account.home()).isEqualTo(Path.of("/home/coder"));
    assertThat(read("etc/passwd")).doesNotContain("gitpod");
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
