package dev.berth.runtime.runc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.process.Command;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an instance can do, and what it cannot; with two that run and one for a test's own use. */
class InstanceIsolationTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int USER = WorkspaceFolder.USER;

  private static final WorkspaceId FOX = WorkspaceId.create("isolation", "fox");
  private static final WorkspaceId OWL = WorkspaceId.create("isolation", "owl");
  private static final WorkspaceId HEN = WorkspaceId.create("isolation", "hen");

  private static TestHost host;
  private static RuncDriver driver;
  private static Internet internet;
  private static Path source;
  private static Path editor;

  @BeforeAll
  static void start_two_instances() throws IOException, InterruptedException {
    host = TestHost.make();
    var pages = Files.createDirectories(host.folder().resolve("pages"));
    Files.writeString(pages.resolve("page"), "the world");
    internet = Internet.open(pages);
    driver = RuncDriver.open(host.options());
    source = Files.createDirectories(host.folder().resolve("repository"));
    Files.writeString(source.resolve("README"), "read me\n");
    editor = Files.createDirectories(host.folder().resolve("editor"));
    var spec = TestHost.spec(FOX, "", List.of(source));
    driver.start(
        new InstanceSpec(
            spec.image(),
            spec.size(),
            spec.boot(),
            Optional.of(editor),
            spec.sources(),
            spec.seed(),
            List.of("/cache/in/memory"),
            InstanceSpec.LabelReader.DEAF));
    driver.start(TestHost.spec(OWL, "", List.of()));
    alive(FOX);
    alive(OWL);
  }

  @AfterAll
  static void remove_all() throws IOException, InterruptedException {
    for (var workspace : List.of(FOX, OWL, HEN)) {
      await().atMost(SOON).until(() -> driver.delete(workspace));
    }
    internet.close();
    driver.close();
    host.end();
  }

  @AfterEach
  void stop_the_one_for_own_use() {
    stop(HEN);
  }

  @Test
  void the_host_s_root_reaches_an_instance_and_nobody_else_of_host_or_instances_does()
      throws Exception {
    var owl = alive(OWL).supervisor();
    Files.writeString(host.root().resolve("workspaces/%s/files/index.html".formatted(OWL)), "owl");

    var fetch = TestHost.fetch(owl.host(), owl.port(), "");
    // It is alive a moment before its server listens.
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(Command.of("busybox", "sh", "-c", fetch).run().text()).endsWith("owl"));
    var inVain = TestHost.fetchInVain(owl.host(), owl.port(), "");
    var fromFox = host.inside(FOX, inVain);
    var fromNobody =
        Command.of("setpriv", "--reuid=65534", "--clear-groups", "busybox", "sh", "-c", inVain)
            .run();

    assertThat(fromNobody.text()).isEmpty();
    assertThat(fromNobody.errors()).contains("timed out");
    assertThat(fromFox).contains("timed out");
  }

  @Test
  void the_editor_s_tree_is_seen_when_it_comes_and_cannot_be_changed() throws Exception {
    Files.writeString(editor.resolve("editor.json"), "{}");

    assertThat(host.inside(FOX, USER, "cat /opt/ide/editor.json")).isEqualTo("{}");
    assertThat(host.inside(FOX, "touch /opt/ide/x")).contains("Read-only file system");
    assertThat(host.inside(FOX, "stat -c %u /opt/ide/editor.json")).isEqualTo("0");
    assertThat(host.inside(OWL, "ls /opt/ide")).contains("No such file");
  }

  @Test
  void a_folder_in_memory_is_its_users_and_is_none_of_the_disks() throws Exception {
    assertThat(
            host.inside(
                FOX, USER, "grep ' /cache/in/memory ' /proc/mounts; touch /cache/in/memory/x"))
        .startsWith("tmpfs ")
        .contains("nosuid,nodev")
        .doesNotContain("touch");
    assertThat(host.inside(OWL, "ls /cache")).contains("No such file");
  }

  @Test
  void an_instance_reaches_the_internet_which_does_not_reach_it() throws Exception {
    assertThat(host.inside(FOX, USER, TestHost.fetch(Internet.ADDRESS, 80, "page")))
        .endsWith("the world");

    var fox = alive(FOX).supervisor();
    assertThat(internet.outside(TestHost.fetchInVain(fox.host(), fox.port(), "")))
        .contains("timed out");
  }

  @Test
  void nothing_of_the_host_s_is_reached_at_any_of_its_addresses() throws Exception {
    try (var service = new ServerSocket(0, 8, InetAddress.getByName("0.0.0.0"))) {
      int tried = 0;
      for (var address : hostAddresses()) {
        var target = address.getHostAddress();
        var answer = host.inside(FOX, TestHost.fetchInVain(target, service.getLocalPort(), ""));
        if (!hostAddresses().contains(address)) continue; // another test's, whose bridge went
        assertThat(answer).as(target).containsAnyOf("refused", "No route to host");
        tried++;
      }
      assertThat(tried).isGreaterThan(2); // loopback, the bridge, the link to the internet
    }
  }

  private static List<InetAddress> hostAddresses() throws IOException {
    var addresses = new ArrayList<InetAddress>();
    NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address.getAddress().length == 4)
        .forEach(addresses::add);
    return addresses;
  }

  @Test
  void the_metadata_address_is_out_of_reach_though_it_answers_others() throws Exception {
    var fetch = TestHost.fetch("169.254.169.254", 80, "page");

    assertThat(Command.of("busybox", "sh", "-c", fetch).run().text()).endsWith("the world");
    assertThat(host.inside(FOX, TestHost.fetchInVain("169.254.169.254", 80, "page")))
        .contains("No route to host");
  }

  @Test
  void another_address_than_its_own_gets_nowhere() throws Exception {
    assertThat(host.inside(FOX, "ip addr add 10.99.99.99/32 dev eth0"))
        .contains("Operation not permitted");
    assertThat(host.inside(FOX, "ip link set eth0 down")).contains("Operation not permitted");
  }

  @Test
  void root_inside_is_nobody_outside() throws Exception {
    var pid = Files.readString(instance(FOX).resolve("pid")).strip();

    var status = Files.readString(Path.of("/proc", pid, "status"));

    assertThat(host.inside(FOX, "id -u")).isEqualTo("0");
    assertThat(status).containsPattern("Uid:\\t[1-9]\\d{6}");
    assertThat(status).containsPattern("Seccomp:\\t2");
    var owl = Files.readString(instance(OWL).resolve("pid")).strip();
    assertThat(uid(pid)).isNotEqualTo(uid(owl));
  }

  private static Object uid(String pid) throws IOException {
    return Files.getAttribute(Path.of("/proc", pid), "unix:uid");
  }

  @Test
  void files_lie_on_disk_with_the_ids_of_the_inside() throws Exception {
    host.inside(FOX, USER, "echo hello > /workspace/mine");
    host.inside(FOX, "echo hello > /etc/roots; chown 7:8 /etc/roots");

    var workspace = host.root().resolve("workspaces").resolve(FOX.value());
    assertThat(Files.getAttribute(workspace.resolve("files/mine"), "unix:uid")).isEqualTo(USER);
    assertThat(Files.getAttribute(workspace.resolve("upper/etc/roots"), "unix:uid")).isEqualTo(7);
    assertThat(Files.getAttribute(workspace.resolve("upper/etc/roots"), "unix:gid")).isEqualTo(8);
    assertThat(host.inside(FOX, "stat -c %u:%g /workspace /home/gitpod /etc/roots /bin/busybox"))
        .isEqualTo("33333:33333\n33333:33333\n7:8\n0:0");
  }

  @Test
  void what_tells_of_the_host_is_masked_and_what_changes_it_is_read_only() throws Exception {
    assertThat(host.inside(FOX, "cat /proc/kcore 2>/dev/null | head -c 10 | wc -c")).isEqualTo("0");
    assertThat(host.inside(FOX, "cat /proc/keys /proc/timer_list; ls -A /sys/firmware")).isEmpty();
    assertThat(host.inside(FOX, "echo 1 > /proc/sys/kernel/core_pattern")).contains("Read-only");
    assertThat(host.inside(FOX, "echo b > /proc/sysrq-trigger"))
        .containsAnyOf("Read-only", "nonexistent");
    assertThat(host.inside(FOX, "mkdir /sys/fs/cgroup/memory/mine /sys/fs/cgroup/mine"))
        .contains("Read-only");
    assertThat(host.inside(FOX, "dmesg | head -1")).contains("Operation not permitted");
    assertThat(host.inside(FOX, "ls /proc | grep -c '^[0-9]'").length()).isLessThan(3);
    assertThat(host.inside(OWL, "mount | grep -c berth-runc-test")).isEqualTo("0");
  }

  @Test
  void a_user_may_make_namespaces_and_mounts_of_its_own() throws Exception {
    assertThat(
            host.inside(
                FOX,
                USER,
                "unshare -r -m sh -c 'mount -t tmpfs none /tmp && id -u && touch /tmp/x'"))
        .isEqualTo("0");
    assertThat(host.inside(FOX, USER, "test -c /dev/fuse && head -c 0 /dev/fuse && echo there"))
        .contains("there");
    assertThat(host.inside(FOX, USER, "test -c /dev/net/tun && echo there")).isEqualTo("there");
  }

  @Test
  void its_name_and_network_files_are_its_own_to_edit() throws Exception {
    assertThat(host.inside(FOX, "hostname")).isEqualTo(FOX.value());
    assertThat(host.inside(FOX, "cat /etc/hosts")).contains(FOX.value());
    assertThat(host.inside(FOX, "echo 192.0.2.99 other >> /etc/hosts; tail -1 /etc/hosts"))
        .isEqualTo("192.0.2.99 other");
    assertThat(host.inside(FOX, "echo '# x' >> /etc/resolv.conf && echo done")).isEqualTo("done");
    assertThat(host.inside(OWL, "cat /etc/hosts")).doesNotContain("other");
    assertThat(host.inside(FOX, "ip -6 addr show eth0")).isEmpty();
    assertThat(host.inside(FOX, "ip -6 addr show lo")).contains("::1");
  }

  @Test
  void the_boot_plan_is_for_its_root_only_and_on_no_disk() throws Exception {
    assertThat(host.inside(FOX, "cat /.berth/boot.json")).contains(TestHost.TOKEN, "IMAGE_SAYS");
    assertThat(host.inside(FOX, USER, "cat /.berth/boot.json")).contains("Permission denied");
    assertThat(host.inside(FOX, "touch /.berth/x /.supervisor/x")).contains("Read-only");

    var found = Command.of("grep", "-rl", TestHost.TOKEN, host.root().toString()).run();
    assertThat(found.text()).isEmpty();
  }

  @Test
  void a_source_of_the_host_s_can_be_read_by_the_user_and_not_changed() throws Exception {
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rwx------"));

    assertThat(host.inside(FOX, USER, "cat %s/README".formatted(source))).isEqualTo("read me");
    assertThat(host.inside(FOX, USER, "stat -c %%u %s".formatted(source))).isEqualTo("" + USER);
    assertThat(host.inside(FOX, "touch %s/x".formatted(source))).contains("Read-only");
    assertThat(host.inside(OWL, "ls %s".formatted(source))).contains("No such file");
  }

  @Test
  void more_processes_than_its_class_gives_are_refused() throws Exception {
    // They live until no more can be made, however long that takes, and then end with their group.
    var said = host.inside(OWL, "(for i in $(seq 100); do sleep 60 & done); trap '' TERM; kill 0");

    assertThat(said).contains("can't fork");
    assertThat(alive(OWL)).isNotNull();
  }

  @Test
  void a_processor_s_share_is_limited() throws Exception {
    var quota =
        Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))
            ? host.inside(FOX, "cat /sys/fs/cgroup/cpu.max")
            : host.inside(FOX, "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us");

    assertThat(quota).startsWith("100000");
  }

  @Test
  void an_instance_that_needs_more_memory_than_its_class_gives_says_so() {
    driver.start(TestHost.spec(HEN, "eat", List.of()));

    var exited =
        await().atMost(SOON).until(() -> driver.observe(HEN), Observation.Exited.class::isInstance);

    assertThat(((Observation.Exited) exited).why()).contains("memory", "128 MiB");
    stop(HEN);
  }

  @Test
  void a_start_for_which_no_memory_suffices_has_failed() {
    var spec = TestHost.spec(HEN, "", List.of());
    var huge = new InstanceImage.Reference(TestHost.HUGE);
    driver.start(
        new InstanceSpec(
            huge, spec.size(), spec.boot(), Optional.empty(), spec.sources(), spec.seed()));

    var failed =
        await().atMost(SOON).until(() -> driver.observe(HEN), Observation.Failed.class::isInstance);

    assertThat(((Observation.Failed) failed).what()).contains("memory");
    stop(HEN);
  }

  @Test
  void a_folder_to_which_a_link_leads_by_now_is_not_shown() throws Exception {
    var secret = Files.createDirectories(host.folder().resolve("secret/below"));
    var link = Files.createSymbolicLink(host.folder().resolve("moved"), secret.getParent());
    for (var source : List.of(link, link.resolve("below"))) {
      driver.start(TestHost.spec(HEN, "", List.of(source)));

      var failed =
          await()
              .atMost(SOON)
              .until(() -> driver.observe(HEN), Observation.Failed.class::isInstance);

      assertThat(((Observation.Failed) failed).what()).contains("open the folder " + source);
      stop(HEN);
    }
  }

  @Test
  void a_flood_of_output_fills_no_disk_and_its_end_is_kept() throws Exception {
    driver.start(TestHost.spec(HEN, "flood", List.of()));
    alive(HEN);
    var console = host.root().resolve("workspaces/%s/console".formatted(HEN));
    await().atMost(SOON).until(() -> Files.exists(console.resolve("2")));

    assertThat(driver.log(HEN).length()).isBetween(60 * 1024, 64 * 1024);
    assertThat(driver.log(HEN)).contains("a line of a flood");
    try (var pieces = Files.list(console)) {
      assertThat(pieces.mapToLong(piece -> piece.toFile().length()).sum()).isLessThan(2 << 20);
    }
    stop(HEN);
  }

  @Test
  void what_was_changed_anywhere_is_there_after_a_stop_and_a_start() throws Exception {
    driver.start(TestHost.spec(HEN, "", List.of()));
    alive(HEN);
    host.inside(HEN, USER, "echo w > /workspace/w; echo h > /home/gitpod/h");
    host.inside(HEN, "echo tool > /bin/tool; rm /bin/yes; mkdir -p /opt/a/b");
    stop(HEN);

    driver.start(TestHost.spec(HEN, "", List.of()));
    alive(HEN);

    assertThat(
            host.inside(
                HEN,
                "cat /workspace/w /home/gitpod/h /bin/tool; ls -d /opt/a/b; test -e /bin/yes || echo gone"))
        .isEqualTo("w\nh\ntool\n/opt/a/b\ngone");
    assertThat(driver.log(HEN)).contains("supervisor starts");
    stop(HEN);
  }

  @Test
  void a_tree_deeper_than_a_path_may_be_long_is_deleted_too() throws Exception {
    driver.start(TestHost.spec(HEN, "", List.of()));
    alive(HEN);
    host.inside(
        HEN,
        USER,
        "cd /workspace; n=%s; for i in $(seq 60); do mkdir $n; cd $n; done; echo x > file"
            .formatted("d".repeat(200)));

    await().atMost(SOON).until(() -> driver.delete(HEN));

    assertThat(host.root().resolve("workspaces").resolve(HEN.value())).doesNotExist();
  }

  private static Path instance(WorkspaceId workspace) {
    return host.root().resolve("workspaces/%s/instance".formatted(workspace));
  }

  private static Observation.Alive alive(WorkspaceId workspace) {
    var seen =
        await()
            .atMost(SOON)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> driver.observe(workspace), now -> !(now instanceof Observation.Preparing));
    assertThat(seen).isInstanceOf(Observation.Alive.class);
    return (Observation.Alive) seen;
  }

  private static void stop(WorkspaceId workspace) {
    driver.stop(workspace, Instant.now().plusSeconds(1));
    await().atMost(SOON).until(() -> driver.observe(workspace), new Observation.Absent()::equals);
  }
}
