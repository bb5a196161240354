package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
  @TempDir Path etc;

  @Test
  void debian_s_stanzas_are_read_and_third_parties_left_out() throws Exception {
    write("os-release", "NAME=Debian\nVERSION_CODENAME=bookworm\n");
    write(
        "apt/sources.list.d/debian.sources",
        """
        Types: deb
        # a comment
        URIs: http://mirror.example/debian
        Suites: bookworm bookworm-updates bookworm-backports
        Components: main
        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

        Types: deb-src
        URIs: http://mirror.example/debian
        Suites: bookworm
        Components: main
        """);
    write("apt/sources.list.d/node.list", "deb https://deb.example.com/node_20.x nodistro main\n");
    write("apt/sources.list.d/old.list.disabled", "deb http://x.example/debian bookworm main\n");

    assertThat(Distribution.read(etc).sources())
        .containsExactly(
            "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
                + " http://mirror.example/debian bookworm main",
            "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
                + " http://mirror.example/debian bookworm-updates main");
  }

  @Test
  void ubuntu_s_lines_are_read() throws Exception {
    write("os-release", "VERSION_CODENAME=\"noble\"\n");
    write(
        "apt/sources.list",
        """
        # deb http://old.example/ubuntu noble main
        deb http://archive.example/ubuntu/ noble main restricted universe
        deb http://security.example/ubuntu noble-security main universe
        deb-src http://archive.example/ubuntu noble main
        """);

    var distribution = Distribution.read(etc);

    assertThat(distribution.suite()).isEqualTo("noble");
    assertThat(distribution.sources())
        .containsExactly(
            "deb http://archive.example/ubuntu/ noble main restricted universe",
            "deb http://security.example/ubuntu noble-security main universe");
  }

  @Test
  void a_machine_without_sources_is_told_so() throws Exception {
    write("os-release", "VERSION_CODENAME=bookworm\n");

    assertThatThrownBy(() -> Distribution.read(etc))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("bookworm");
  }

  private void write(String name, String text) throws IOException {
    var file = etc.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
