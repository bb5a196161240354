package dev.berth.cli.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.http.FreePorts;
import dev.berth.cli.settings.Home;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An {@code up} that cannot start, as root: it says so before anything is made or written. */
final class ForesightTest {
  @TempDir Path folder;

  private final List<String> progress = new ArrayList<>();

  private Home home(String yaml) throws Exception {
    var file = Files.writeString(folder.resolve("berth.yaml"), yaml);
    return new Home(folder.resolve("home"), file);
  }

  @Test
  void a_port_that_is_taken_is_told_first() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      refused(home("ssh: {port: 0}"), taken.getLocalPort(), ":" + taken.getLocalPort());
    }
  }

  @Test
  void so_is_one_that_leads_to_tls_and_one_of_ssh_that_was_named() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      refused(home("ssh: {port: %d}".formatted(port)), FreePorts.next(), "port " + port);
      refused(
          home(
              "{ssh: {port: 0}, dashboard: 'https://a.example', redirect: {port: %d}}"
                  .formatted(port)),
          FreePorts.next(),
          ":" + port);
    }
  }

  @Test
  void so_is_a_certificate_that_cannot_be_used() throws Exception {
    var none = folder.resolve("none.pem");
    var yaml = "{ssh: {port: 0}, tls: {certificate: %s, key: %1$s}}".formatted(none);
    refused(home(yaml), FreePorts.next(), none.toString());
  }

  @Test
  void what_is_only_asked_how_it_is_used_does_not_start() {
    assertThat(RoleCommands.upWouldStart("--help")).isFalse();
    assertThat(RoleCommands.upWouldStart("--port", "1", "-h")).isFalse();
    assertThat(RoleCommands.upWouldStart("-V")).isFalse();
    assertThat(RoleCommands.upWouldStart("--no-such-option")).isFalse();
  }

  @Test
  void nor_does_one_whose_port_is_taken() throws Exception {
    assertThat(RoleCommands.upWouldStart("--port", "" + FreePorts.next())).isTrue();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(RoleCommands.upWouldStart("--port", "" + taken.getLocalPort())).isFalse();
    }
  }

  private void refused(Home home, int port, String what) {
    assertThatThrownBy(() -> Installation.open(home, Optional.of(port), progress::add).close())
        .isInstanceOf(Problem.class)
        .hasMessageContaining(what);
    assertThat(home.folder()).doesNotExist();
    assertThat(progress).isEmpty();
  }
}
