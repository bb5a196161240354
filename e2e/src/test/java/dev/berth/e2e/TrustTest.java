package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A git server with a certificate that a company's own authority has signed. */
final class TrustTest {
  @Test
  @Timeout(600)
  void what_an_installation_trusts_is_trusted_in_its_workspaces(@TempDir Path folder)
      throws Exception {
    var authority = PrivateAuthority.make(folder.resolve("authority"));
    var setting = "trust: {authorities: %s}\n".formatted(authority.certificate());
    try (var git = GitHost.secured(folder.resolve("git"), authority);
        var berth = Installation.create(setting)) {
      Samples.small(git.create("octo/small"), "README.md", "# Small\n");
      Samples.small(git.create("octo/other"), "README.md", "# Other\n");
      var file = berth.home().resolve("berth.yaml");
      var with = Files.readString(file);
      var without = with.replace(setting, "");

      // Without the setting nobody gets at it, and is told what to do.
      Files.writeString(file, without);
      berth.up();
      var refused = berth.api().call("POST", "/api/v1/workspaces", opening(git, "octo/small"));
      assertThat(refused.status()).isGreaterThanOrEqualTo(400);
      assertThat(refused.body()).contains("certificate").contains("trust.authorities");
      berth.terminate();

      // With it git is asked, the files are there, and programs inside ask it themselves.
      Files.writeString(file, with);
      berth.up();
      var workspace = berth.api().run(git.url("octo/small")).id();
      var other = git.url("octo/other.git");
      assertThat(inside(berth, workspace, "cat README.md").text()).isEqualTo("# Small");
      assertThat(inside(berth, workspace, "git ls-remote " + other).exitCode()).isZero();
      var openssl =
          inside(
              berth,
              workspace,
              "openssl s_client -verify_return_error -connect %s:443 </dev/null"
                  .formatted(git.address()));
      assertThat(openssl.exitCode()).as(openssl.errors()).isZero();
      // Also for who has no environment of ours, and after the image's own tool made all anew.
      var bare = "sudo env -i PATH=/usr/sbin:/usr/bin:/bin ";
      assertThat(inside(berth, workspace, bare + "git ls-remote " + other).exitCode()).isZero();
      var anew = inside(berth, workspace, bare + "update-ca-certificates --fresh");
      assertThat(anew.exitCode()).as(anew.errors()).isZero();
      assertThat(inside(berth, workspace, bare + "git ls-remote " + other).exitCode()).isZero();
      assertThat(inside(berth, workspace, "grep -c 'BEGIN' \"$NODE_EXTRA_CA_CERTS\"").text())
          .isEqualTo("1");
      stop(berth, workspace);
      berth.terminate();

      // It went from the settings, so it goes from the workspace, whose files have outlived that.
      Files.writeString(file, without);
      berth.up();
      berth.api().start(workspace);
      berth.api().running(workspace);
      var mistrusted = inside(berth, workspace, "git ls-remote " + other);
      assertThat(mistrusted.exitCode()).isNotZero();
      assertThat(mistrusted.errors()).contains("certificate");
      assertThat(inside(berth, workspace, "ls /usr/local/share/ca-certificates").text()).isEmpty();
      assertThat(inside(berth, workspace, "echo \"[$NODE_EXTRA_CA_CERTS]\"").text())
          .isEqualTo("[]");
      berth.api().delete(workspace);
      berth.api().gone(workspace);
    }
  }

  @Test
  @Timeout(600)
  void a_builder_fetches_from_there(@TempDir Path folder) throws Exception {
    var authority = PrivateAuthority.make(folder.resolve("authority"));
    try (var git = GitHost.secured(folder.resolve("git"), authority);
        var berth =
            Installation.create("trust: {authorities: %s}\n".formatted(authority.certificate()))) {
      var image = "FROM scratch\nCOPY README.md /\n";
      git.create("octo/built")
          .with(
              new GitHost.History()
                  .commit("refs/heads/main", "", "first")
                  .file(".gitpod.yml", "image: {file: Dockerfile}\n")
                  .file("Dockerfile", image)
                  .file("README.md", folder + "\n")); // an image that no earlier run built
      berth.up();

      var workspace = berth.api().open(git.url("octo/built")).id();

      // It was built, as there is nothing in it.
      var phase =
          await()
              .atMost(Duration.ofMinutes(4))
              .until(
                  () -> berth.api().find(workspace).phase(),
                  found -> found instanceof Phase.Failed);
      assertThat(((Phase.Failed) phase).what()).contains("this image has no git");
      berth.api().delete(workspace);
      berth.api().gone(workspace);
    }
  }

  private static String opening(GitHost git, String path) {
    return "{\"contextUrl\": \"%s\"}".formatted(git.url(path));
  }

  private static Inside.Ran inside(Installation berth, WorkspaceId workspace, String script)
      throws Exception {
    return Inside.exec(berth.api().door(workspace), List.of("sh", "-c", script), "");
  }

  private static void stop(Installation berth, WorkspaceId workspace) throws Exception {
    berth.api().stop(workspace);
    berth.api().until(workspace, view -> view.phase() instanceof Phase.Stopped);
  }
}
