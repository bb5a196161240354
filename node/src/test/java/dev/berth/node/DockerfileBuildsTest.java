package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.protocol.UserId;
import dev.berth.registry.pull.Mirrors;
import dev.berth.registry.pull.RegistryAccess;
import dev.berth.registry.pull.RegistryPlace;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.WorkspaceSize;
import dev.berth.runtime.runc.ImageBuilds;
import dev.berth.runtime.runc.LocalImages;
import dev.berth.runtime.runc.RootFilesystem;
import dev.berth.runtime.runc.build.BuildOptions;
import dev.berth.runtime.runc.build.DockerfileBuilds;
import dev.berth.runtime.runc.layers.LayerStore;
import dev.berth.runtime.runc.network.NetworkOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real builds, by the real builder, of repositories that hold a busybox and need no registry. */
class DockerfileBuildsTest {
  private static final WorkspaceSize SIZE = new WorkspaceSize(2000, 512L << 20, 256);

  private static final UserId ANN = UserId.create();
  private static final UserId BOB = UserId.create();

  private static final RegistryAccess ACCESS =
      RegistryAccess.plain(Set.of(FarRegistry.HOST))
          .with(
              new Mirrors(
                  Map.of(
                      RegistryPlace.parse("mirrored.invalid/team"),
                      RegistryPlace.parse(FarRegistry.HOST + "/copy"))));

  private static final String BEGIN =
      """
      FROM scratch
      COPY busybox /bin/sh
      COPY busybox /bin/busybox
      """;

  private static Path folder;
  private static LayerStore images;
  private static DockerfileBuilds builds;
  private static int repositories;

  @BeforeAll
  static void make_the_builder() throws IOException, InterruptedException {
    folder = Files.createTempDirectory(Path.of("/var/tmp"), "berth-builds-test");
    images = LayerStore.open(folder.resolve("images"), ACCESS);
    builds = open("builds", BuildOptions.Bounds.USUAL);
  }

  private static DockerfileBuilds open(String name, BuildOptions.Bounds bounds)
      throws InterruptedException {
    // The folder of the tests of the whole: what takes most of a minute to make is made once.
    var named = System.getenv("BERTH_IMAGES");
    var shared = Path.of(named == null ? "/var/tmp/berth-images" : named).toAbsolutePath();
    var local = LocalImages.open(shared.resolve("local"));
    var builder = DefaultImage.ofBuilder(local, folder);
    return DockerfileBuilds.open(
        new BuildOptions(
            folder.resolve(name),
            (_, progress) -> builder.ensure(progress),
            ACCESS,
            NetworkOptions.DEFAULT,
            "runc",
            bounds,
            ""),
        images);
  }

  @AfterAll
  static void remove_it() throws InterruptedException {
    builds.close();
    await().atMost(Duration.ofSeconds(30)).until(() -> instances("builds").isEmpty());
    builds.dismantle();
    images.close();
    Command.of("rm", "-rf", "--one-file-system", folder.toString()).orProblem("Remove it by hand.");
  }

  private static List<Path> instances(String name) throws IOException {
    try (var left = Files.list(folder.resolve(name + "/instances/workspaces"))) {
      return left.toList();
    }
  }

  /** What a build told of itself. */
  private static final class Heard implements ImageBuilds.Progress {
    final List<String> details = Collections.synchronizedList(new ArrayList<>());
    volatile String log = "";

    @Override
    public void detail(String words) {
      details.add(words);
    }

    @Override
    public void log(String end) {
      log = end;
    }
  }

  /** A new repository with one commit of these files, and a busybox. */
  private static ImageBuilds.Order order(Map<String, String> files) throws Exception {
    return order(files, "Dockerfile", "", Map.of());
  }

  private static ImageBuilds.Order order(
      Map<String, String> files, String path, String context, Map<String, String> args)
      throws Exception {
    var repository = Files.createDirectory(folder.resolve("repository" + repositories++));
    Files.copy(Path.of("/bin/busybox"), repository.resolve("busybox"));
    for (var file : files.entrySet()) {
      var at = repository.resolve(file.getKey());
      Files.createDirectories(at.getParent());
      if (file.getValue().startsWith("-> ")) {
        Files.createSymbolicLink(at, Path.of(file.getValue().substring(3)));
      } else {
        Files.writeString(at, file.getValue());
      }
    }
    var git =
        "git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm x"
            + " && git rev-parse HEAD";
    var commit = Command.of("sh", "-c", git).in(repository).orProblem("See it.").text();
    return new ImageBuilds.Order(
        new InstanceImage.Dockerfile(
            new InstanceImage.Repository(
                "file://" + repository, commit, Optional.empty(), Optional.empty()),
            path,
            context,
            args,
            Optional.empty(),
            List.of("--label=made=here", "--quiet", "--no-cache")),
        ANN,
        SIZE,
        List.of(repository));
  }

  private static RootFilesystem build(ImageBuilds.Order order, Heard heard)
      throws InterruptedException {
    return switch (builds.build(order, heard)) {
      case ImageBuilds.Outcome.Built(var image) -> image;
      case ImageBuilds.Outcome.Unable(var why) -> throw new AssertionError(why);
    };
  }

  private static String content(RootFilesystem image, String path) throws IOException {
    for (var layer : image.layers()) {
      var file = layer.resolve(path);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return Files.readString(file);
    }
    throw new AssertionError("no " + path + " in " + image);
  }

  @Test
  void an_image_is_built_with_its_files_owners_variables_and_user_and_only_once() throws Exception {
    var dockerfile =
        BEGIN
            + """
            ARG WHO=nobody
            ENV GREETING="hello $WHO"
            COPY data /data/
            RUN busybox echo "$GREETING" > /said && busybox chown 33333:33333 /said && busybox rm /data/gone
            SHELL ["/bin/busybox", "ash", "-c"]
            RUN echo "$0" >> /said
            USER gitpod
            """;
    var files = Map.of("Dockerfile", dockerfile, "data/kept", "k", "data/gone", "g");
    var heard = new Heard();
    var order = order(files, "Dockerfile", "", Map.of("WHO", "fox"));

    var image = build(order, heard);

    assertThat(content(image, "said")).isEqualTo("hello fox\nash\n");
    assertThat(content(image, "data/kept")).isEqualTo("k");
    assertThat(image.env()).containsEntry("GREETING", "hello fox");
    assertThat(image.user()).contains("gitpod");
    assertThat(Files.getAttribute(image.layers().getFirst().resolve("said"), "unix:uid"))
        .isEqualTo(33333);
    assertThat(heard.log).contains("RUN busybox echo");
    assertThat(heard.details).anyMatch(line -> line.startsWith("STEP"));

    var again = new Heard();
    assertThat(build(order, again)).isEqualTo(image);
    assertThat(again.log).isEmpty();

    // Another repository of the same files is fetched, but not built.
    assertThat(build(order(files, "Dockerfile", "", Map.of("WHO", "fox")), again)).isEqualTo(image);
    assertThat(again.log).doesNotContain("STEP");
  }

  @Test
  void two_that_want_the_same_at_once_have_it_built_once() throws Exception {
    var order = order(Map.of("Dockerfile", BEGIN + "RUN busybox date +%N > /when\n"));
    var heard = List.of(new Heard(), new Heard());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var both = new ArrayList<Future<RootFilesystem>>();
      for (var one : heard) both.add(threads.submit(() -> build(order, one)));

      assertThat(both.get(0).get()).isEqualTo(both.get(1).get());
    }
  }

  @Test
  void what_a_build_does_not_see_does_not_change_its_name() throws Exception {
    var files =
        Map.of(
            "Dockerfile", BEGIN + "COPY . /all/\nRUN busybox ls /all > /list\n",
            ".dockerignore", "*.log\n!keep.log\ndocs\n",
            "keep.log", "k",
            "a.log", "1",
            "docs/x", "1");
    var first = build(order(files), new Heard());
    var heard = new Heard();
    var changed = new HashMap<>(files);
    changed.put("a.log", "2");
    changed.put("docs/y", "2");

    assertThat(build(order(changed), heard)).isEqualTo(first);
    assertThat(heard.log).doesNotContain("STEP");
    assertThat(content(first, "list")).contains("keep.log").doesNotContain("a.log", "docs");

    changed.put("keep.log", "other");
    assertThat(build(order(changed), heard)).isNotEqualTo(first);
  }

  @Test
  void a_build_that_fails_says_so_in_its_own_last_words() throws Exception {
    var order = order(Map.of("Dockerfile", BEGIN + "RUN echo before; no-such-program\n"));
    var heard = new Heard();

    assertThatThrownBy(() -> build(order, heard))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("The image of Dockerfile could not be built")
        .hasMessageContaining("127");
    assertThat(heard.log).contains("before", "no-such-program");
  }

  @Test
  void a_build_reaches_neither_the_host_nor_its_metadata_nor_its_files() throws Exception {
    var secret = Files.writeString(folder.resolve("secret"), "s3cret");
    var dockerfile =
        BEGIN
            + """
            RUN busybox ip route; busybox ip -o addr; gateway=$(busybox ip route | busybox awk '/default/ {print $3}'); \\
              for to in $gateway 169.254.169.254 127.0.0.1; do \\
                if busybox nc -w 2 $to 22 < /dev/null || busybox nc -w 2 $to 80 < /dev/null; then echo "REACHED $to"; fi; done; \\
              busybox cat %s && echo REACHED the file; \\
              busybox mkdir /e && busybox mount -t proc none /e && echo "REACHED a mount"; \\
              busybox mknod /disk b 254 0 && busybox head -c 1 /disk && echo "REACHED a disk"; \\
              busybox id; echo done
            """
                .formatted(secret);
    var heard = new Heard();

    build(order(Map.of("Dockerfile", dockerfile)), heard);

    assertThat(heard.log).contains("uid=0", "done").doesNotContain("s3cret");
    // Its mounts, if it can make them, are in namespaces of its own.
    assertThat(heard.log.lines().filter(line -> line.matches("REACHED (?!a mount).*"))).isEmpty();
  }

  @Test
  void a_link_on_the_way_to_a_dockerfile_is_not_followed() throws Exception {
    var files = Map.of("folder", "-> real", "real/Dockerfile", BEGIN);

    assertThatThrownBy(() -> build(order(files, "folder/Dockerfile", "", Map.of()), new Heard()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("There is no folder/Dockerfile");
  }

  @Test
  void a_flood_of_output_is_kept_to_its_end_and_a_fork_bomb_to_its_bound() throws Exception {
    var dockerfile =
        BEGIN
            + """
            RUN busybox yes flood | busybox head -n 2000000
            RUN bomb() { bomb & bomb & }; bomb 2>/dev/null; busybox sleep 1; busybox kill -9 -1; true
            """;
    var heard = new Heard();
    var order = order(Map.of("Dockerfile", dockerfile));

    assertThatThrownBy(() -> build(order, heard)).isInstanceOf(Problem.class);

    assertThat(heard.log.length()).isLessThanOrEqualTo(64 * 1024);
    assertThat(heard.log).contains("flood");
  }

  @Test
  void a_dockerfile_larger_than_any_is_refused_before_it_is_read() throws Exception {
    var order = order(Map.of("Dockerfile", BEGIN + "RUN echo " + "x ".repeat(1 << 20) + "\n"));

    assertThatThrownBy(() -> build(order, new Heard()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("more than 1024 KiB");
  }

  @Test
  void a_build_without_an_end_is_ended_by_its_bound_or_by_whoever_wanted_it() throws Exception {
    var order = order(Map.of("Dockerfile", BEGIN + "RUN echo begun; while :; do :; done\n"));
    var bounds = new BuildOptions.Bounds(Duration.ofSeconds(4), 40L << 30, 0);
    var bounded = open("bounded", bounds);
    try {
      assertThatThrownBy(() -> bounded.build(order, new Heard()))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining("not done after");
      await().atMost(Duration.ofSeconds(30)).until(() -> instances("bounded").isEmpty());
    } finally {
      bounded.close();
      bounded.dismantle();
    }

    var heard = new Heard();
    Callable<RootFilesystem> task = () -> build(order, heard);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = threads.submit(task);
      await().atMost(Duration.ofSeconds(30)).until(() -> heard.log.contains("\nbegun"));
      running.cancel(true);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> instances("builds").isEmpty());
  }

  @Test
  void a_base_image_of_an_insecure_registry_is_pulled_and_another_one_makes_another_image()
      throws Exception {
    ImageBuilds.Order order;
    try (var registry = FarRegistry.open(Files.createDirectory(folder.resolve("registry")))) {
      registry.push("base", "one");
      var files = Map.of("Dockerfile", "FROM %s/base\nENV B=c\n".formatted(FarRegistry.HOST));
      order = order(files);

      var first = build(order, new Heard());
      assertThat(content(first, "said")).isEqualTo("one");
      assertThat(first.env()).containsEntry("B", "c").containsEntry("LANG", "C.UTF-8");
      assertThat(build(order, new Heard())).isEqualTo(first);

      registry.push("base", "two");
      assertThat(content(build(order, new Heard()), "said")).isEqualTo("two");
    }
    assertThat(content(build(order, new Heard()), "said")).isEqualTo("two");
  }

  @Test
  void a_base_image_is_pulled_from_the_mirror_of_its_registry() throws Exception {
    try (var registry = FarRegistry.open(Files.createDirectory(folder.resolve("mirror")))) {
      registry.push("copy/base", "by the mirror");
      var order = order(Map.of("Dockerfile", "FROM mirrored.invalid/team/base\nENV B=c\n"));

      assertThat(content(build(order, new Heard()), "said")).isEqualTo("by the mirror");

      registry.push("copy/base", "anew");
      assertThat(content(build(order, new Heard()), "said")).isEqualTo("anew");
      var far = order(Map.of("Dockerfile", "FROM mirrored.invalid/team/missing\n"));
      var heard = new Heard();
      assertThatThrownBy(() -> build(far, heard)).isInstanceOf(Problem.Invalid.class);
      assertThat(heard.log).contains("mirrored.invalid/team/missing", FarRegistry.HOST);
    }
  }

  private static ImageBuilds.Order order(
      FarGit.Hosted hosted, UserId owner, Optional<InstanceImage.Login> login) {
    return new ImageBuilds.Order(
        new InstanceImage.Dockerfile(
            new InstanceImage.Repository(hosted.url(), hosted.commit(), Optional.empty(), login),
            "Dockerfile",
            "",
            Map.of(),
            Optional.empty(),
            List.of()),
        owner,
        SIZE,
        List.of());
  }

  @Test
  void what_one_owners_login_fetched_is_in_no_image_of_another() throws Exception {
    try (var git = FarGit.open(Files.createDirectory(folder.resolve("git")))) {
      var hosted = git.repository("ann-first");
      var anns = order(hosted, ANN, Optional.of(FarGit.LOGIN));

      var first = build(anns, new Heard());
      var second = build(order(hosted, BOB, Optional.empty()), new Heard());

      assertThat(content(first, "all/private/key")).isEqualTo("s3cret");
      assertThat(content(second, "all/name")).isEqualTo("ann-first");
      assertThat(second.layers()).allSatisfy(layer -> assertThat(key(layer)).doesNotExist());
      var again = new Heard();
      assertThat(build(anns, again)).isEqualTo(first);
      assertThat(again.log).isEmpty();
    }
  }

  @Test
  void what_one_owner_could_not_fetch_is_missing_in_no_image_of_another_nor_in_their_next()
      throws Exception {
    try (var git = FarGit.open(Files.createDirectory(folder.resolve("git-without")))) {
      var hosted = git.repository("bob-first");
      var bobs = order(hosted, BOB, Optional.empty());

      var without = build(bobs, new Heard());
      assertThat(without.layers()).allSatisfy(layer -> assertThat(key(layer)).doesNotExist());
      var with = build(order(hosted, ANN, Optional.of(FarGit.LOGIN)), new Heard());
      assertThat(content(with, "all/private/key")).isEqualTo("s3cret");

      // It is asked for again, and where that changes nothing, nothing is built.
      var again = new Heard();
      assertThat(build(bobs, again)).isEqualTo(without);
      assertThat(again.log).contains("Fetching submodules").doesNotContain("STEP");
      var meanwhile = build(order(hosted, BOB, Optional.of(FarGit.LOGIN)), new Heard());
      assertThat(content(meanwhile, "all/private/key")).isEqualTo("s3cret");
    }
  }

  private static Path key(Path layer) {
    return layer.resolve("all/private/key");
  }

  @Test
  void where_no_builder_can_be_made_that_is_said() throws Exception {
    var options =
        new BuildOptions(
            folder.resolve("unable"),
            (_, _) -> {
              throw new Problem.Unavailable("No mirror answers.", "See to it.");
            },
            RegistryAccess.anonymous(),
            NetworkOptions.DEFAULT,
            "runc",
            BuildOptions.Bounds.USUAL,
            "");
    try (var unable = DockerfileBuilds.open(options, images)) {
      assertThat(unable.build(order(Map.of("Dockerfile", BEGIN)), new Heard()))
          .isInstanceOfSatisfying(
              ImageBuilds.Outcome.Unable.class,
              outcome -> assertThat(outcome.why()).contains("No mirror answers."));
    }
  }
}
