package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An installation whose gateway speaks TLS, with a certificate that nobody on this machine trusts.
 */
@ExtendWith(Site.Shared.class)
final class SecureTest {
  private final Site site;

  SecureTest(Site site) {
    this.site = site;
  }

  @Test
  @Timeout(360)
  void the_command_line_reaches_a_workspace_through_it(@TempDir Path folder) throws Exception {
    Command.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=berth.localhost",
            "-addext",
            "subjectAltName=DNS:berth.localhost,DNS:*.ws.berth.localhost",
            "-keyout",
            folder + "/key.pem",
            "-out",
            folder + "/chain.pem")
        .orProblem("See what openssl said.");
    try (var berth =
        Installation.create(
            "tls: {certificate: %1$s/chain.pem, key: %1$s/key.pem}".formatted(folder))) {
      var link = berth.up();
      var workspace = berth.api().run(site.small());

      var said = berth.berth("exec", workspace.id().value(), "--", "echo", "hello");

      assertThat(link).startsWith("https://");
      assertThat(workspace.url()).startsWith("https://");
      assertThat(said.text()).isEqualTo("hello");
      proves_what_it_stands_on(berth);
      berth.api().delete(workspace.id());
      berth.api().gone(workspace.id());
    }
  }

  private static void proves_what_it_stands_on(Installation berth) throws Exception {
    var checked = berth.berth("status", "--check");

    assertThat(checked.text())
        .contains("ok      B202  kernel of this machine: ")
        .contains("ok      B203  programs of this machine: all there")
        .contains("ok      B206  control groups of this machine: version ")
        .contains("B302  room on the disk of workspaces: ")
        .contains("ok      B303  file systems of workspaces: ")
        .contains("DOUBT   B403  certificate: It ends at ") // in two days
        .contains("skipped B501  way in from this machine: ")
        .contains("ok      B701  database: SQLite, whole")
        .contains("ok      B901  gateways: ")
        .contains("Nothing is bad.");
    assertThat(checked.exitCode()).isZero();
  }
}
