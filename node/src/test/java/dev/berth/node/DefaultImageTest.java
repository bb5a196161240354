package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.process.Command;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.EditorPlan;
import dev.berth.protocol.inside.GitAuthor;
import dev.berth.protocol.inside.OwnerPlan;
import dev.berth.protocol.inside.SizePlan;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import dev.berth.runtime.WorkspaceSize;
import dev.berth.runtime.runc.LocalImages;
import dev.berth.runtime.runc.RuncDriver;
import dev.berth.runtime.runc.RuncOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Makes a small default image once, and starts it. */
class DefaultImageTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** One, so that the image is made in a third of the time. */
  private static final List<String> FEW_PACKAGES = List.of("sudo");

  private static Path folder;
  private static LocalImages images;
  private static List<String> told;

  @BeforeAll
  static void make_the_image() throws IOException, InterruptedException {
    folder = Files.createTempDirectory(Path.of("/var/tmp"), "berth-node-test");
    images = LocalImages.open(folder.resolve("images"));
    told = new ArrayList<>();
    image().ensure(told::add);
  }

  @AfterAll
  static void remove_it() throws InterruptedException {
    Command.of("rm", "-rf", "--one-file-system", folder.toString()).orProblem("Remove it by hand.");
  }

  private static DefaultImage image() {
    return new DefaultImage(images, FEW_PACKAGES, folder);
  }

  @Test
  void it_tells_how_far_it_is_and_is_made_once() throws Exception {
    assertThat(told).hasSizeGreaterThan(3);
    assertThat(told.getFirst()).contains("Making the default image of");
    var again = new ArrayList<String>();

    var there = LocalImages.open(folder.resolve("images"));
    new DefaultImage(there, FEW_PACKAGES, folder).ensure(again::add);

    assertThat(again).isEmpty();
    assertThat(image().exists()).isTrue();
  }

  @Test
  void a_draft_that_a_kill_left_is_removed() throws Exception {
    var draft = Files.createDirectories(folder.resolve("images/.draft-default-x/rootfs/bin"));

    LocalImages.open(folder.resolve("images"));

    assertThat(draft).doesNotExist();
  }

  @Test
  void in_an_instance_of_it_its_user_is_gitpod_and_sudo_and_apt_work() throws Exception {
    var workspace = WorkspaceId.create("default", "image");
    var store =
        new MachineImages(
            image(),
            images,
            (reference, _) -> {
              throw new IllegalStateException("no registry is asked for " + reference);
            });
    var options =
        new RuncOptions(folder.resolve("state"), supervisor(), store, MachineImages.DEFAULT);
    try (var driver = RuncDriver.open(options)) {
      try {
        driver.start(spec(workspace));
        await()
            .atMost(SOON)
            .until(() -> driver.observe(workspace), Observation.Alive.class::isInstance);
        var report = folder.resolve("state/workspaces/%s/files/report".formatted(workspace));
        await().atMost(SOON).until(() -> Files.exists(report));

        assertThat(Files.readString(report))
            .isEqualTo(
                """
                user 33333 gitpod /home/gitpod
                sudo 0
                chown 5:6
                package is installed
                locale C.UTF-8
                """);
      } finally {
        await().atMost(SOON).until(() -> driver.delete(workspace));
        driver.dismantle();
      }
    }
  }

  /** Uses the image as its user and writes what it saw. */
  private static Path supervisor() throws IOException {
    var bin = Files.createDirectories(folder.resolve("supervisor/bin"));
    var script = bin.resolve("supervisor");
    Files.writeString(
        script,
        """
        #!/bin/bash
        cat > /tmp/report.sh <<'END'
        echo "user $(id -u) $(id -un) $HOME"
        echo "sudo $(sudo --non-interactive id -u)"
        touch /tmp/owned && sudo chown 5:6 /tmp/owned && stat -c 'chown %u:%g' /tmp/owned
        mkdir -p /tmp/deb/DEBIAN
        printf 'Package: trial\\nVersion: 1\\nArchitecture: all\\nMaintainer: x\\nDescription: x\\n' \\
          > /tmp/deb/DEBIAN/control
        dpkg-deb --build /tmp/deb /tmp/trial.deb > /dev/null
        sudo apt-get install --yes /tmp/trial.deb > /tmp/apt.log 2>&1 || cat /tmp/apt.log
        dpkg-query --show --showformat='package is ${Status}\\n' trial | sed 's/install ok //'
        . /etc/default/locale; echo "locale $LANG"
        END
        trap 'exit 0' TERM
        setpriv --reuid 33333 --regid 33333 --init-groups --reset-env bash /tmp/report.sh \\
          > /workspace/report.new 2>&1
        mv /workspace/report.new /workspace/report
        while :; do sleep 1000 & wait; done
        """);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("supervisor/argv"), "/.supervisor/bin/supervisor\n");
    Files.writeString(folder.resolve("supervisor/env"), "PATH=/usr/sbin:/usr/bin:/sbin:/bin\n");
    return folder.resolve("supervisor");
  }

  private static InstanceSpec spec(WorkspaceId workspace) {
    var plan =
        new BootPlan(
            workspace,
            InstanceId.create(),
            "token",
            "http://x.ws.berth.localhost",
            "http://berth.localhost",
            "https://example.org/a/b",
            new ContentPlan(
                "https://example.org/a/b",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "b",
                Map.of()),
            List.of(),
            List.of(),
            Map.of(),
            new OwnerPlan(
                new UserId("11111111-2222-4333-8444-555555555555"),
                new GitAuthor("", ""),
                Optional.empty()),
            new SizePlan("standard", 2000, 4L << 30),
            5,
            EditorPlan.PLAIN,
            ToldNotices.NONE,
            Optional.empty(),
            false,
            Optional.empty(),
            "");
    return new InstanceSpec(
        new InstanceImage.Default(),
        new WorkspaceSize(1000, 512L << 20, 256),
        plan,
        Optional.empty(),
        List.of(),
        Optional.empty());
  }
}
