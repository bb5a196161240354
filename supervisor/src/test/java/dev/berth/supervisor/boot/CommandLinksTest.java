package dev.berth.supervisor.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandLinksTest {
  @TempDir private Path root;

  @Test
  void what_a_login_shell_reads_gives_it_back_the_path_that_a_profile_took() throws Exception {
    Files.createDirectories(root.resolve("usr/bin"));
    var folder = Files.createDirectories(root.resolve("etc/profile.d"));

    CommandLinks.make(root);
    CommandLinks.make(root);

    assertThat(Files.readSymbolicLink(root.resolve("usr/bin/gp")))
        .isEqualTo(Path.of("/.supervisor/bin/gp"));
    var profile = folder.resolve("00-berth-path.sh");
    assertThat(path(profile, "BERTH_PATH=/usr/local/go/bin:/bin"))
        .isEqualTo("/usr/local/go/bin:/bin");
    assertThat(path(profile, "OTHER=x")).isEqualTo("/taken");
  }

  /** The PATH of a shell that had it taken and reads {@code profile}. */
  private static String path(Path profile, String variable) throws Exception {
    var script = "PATH=/taken; . %s; echo \"$PATH\"".formatted(profile);
    var shell =
        new ProcessBuilder(List.of("/usr/bin/env", "-i", variable, "/bin/sh", "-ec", script));
    var process = shell.redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
