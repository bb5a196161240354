package dev.berth.runtime.runc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DroppingHostTest {
  @TempDir Path folder;

  @Test
  void instances_have_a_network_beside_docker_and_do_not_reach_its_containers() throws Exception {
    Files.writeString(Files.createDirectory(folder.resolve("pages")).resolve("index.html"), "page");

    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var seen =
        Command.of(
                "unshare",
                "--net",
                "--mount",
                "sh",
                "-c",
                "mount -t sysfs sysfs /sys && exec \"$@\" 2>&1",
                "sh",
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                DroppingHost.class.getName(),
                folder.toString())
            .within(Duration.ofMinutes(2))
            .run()
            .text();

    assertThat(seen.lines())
        .contains(
            "internet: page",
            "container from the host: page",
            "container: no",
            "rules: 2",
            "rules after: 0");
  }
}
