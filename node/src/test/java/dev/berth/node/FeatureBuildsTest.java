package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.definition.Feature;
import dev.berth.definition.Feature.Place;
import dev.berth.registry.pull.DockerRegistry;
import dev.berth.registry.pull.Mirrors;
import dev.berth.registry.pull.Pushes;
import dev.berth.registry.pull.RegistryAccess;
import dev.berth.registry.pull.RegistryPlace;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceImage.Featured;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Features of a real registry and of a repository, installed by real instances of a busybox. */
class FeatureBuildsTest {
  private static final WorkspaceSize SIZE = new WorkspaceSize(2000, 512L << 20, 256);
  private static final String KIND = "application/vnd.devcontainers.layer.v1+tar";

  /** A registry that may be asked and does not answer. */
  private static final String NOBODY = "127.0.0.1:1";

  private static Path folder;
  private static LayerStore images;
  private static DockerfileBuilds builds;
  private static DockerRegistry registry;
  private static RootFilesystem base;
  private static int count;

  @BeforeAll
  static void make_the_builder() throws IOException, InterruptedException {
    folder = Files.createTempDirectory(Path.of("/var/tmp"), "berth-features-test");
    registry = DockerRegistry.open(Files.createDirectory(folder.resolve("registry")));
    var access =
        RegistryAccess.plain(Set.of(registry.host(), NOBODY))
            .with(
                new Mirrors(
                    Map.of(
                        RegistryPlace.parse("mirrored.invalid"),
                        RegistryPlace.parse(registry.host() + "/copy"))));
    images = LayerStore.open(folder.resolve("images"), access);
    var named = System.getenv("BERTH_IMAGES");
    var shared = Path.of(named == null ? "/var/tmp/berth-images" : named).toAbsolutePath();
    var builder = DefaultImage.ofBuilder(LocalImages.open(shared.resolve("local")), folder);
    builds =
        DockerfileBuilds.open(
            new BuildOptions(
                folder.resolve("builds"),
                (_, progress) -> builder.ensure(progress),
                access,
                NetworkOptions.DEFAULT,
                "runc",
                BuildOptions.Bounds.USUAL,
                ""),
            images);
    base = base();
  }

  /** A busybox with all its names. */
  private static RootFilesystem base() throws IOException, InterruptedException {
    var root = folder.resolve("base");
    for (var name : List.of("bin", "etc", "tmp", "root", "home", "proc", "sys", "dev")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
    Command.of("chroot", root.toString(), "/bin/busybox", "--install", "-s", "/bin")
        .orProblem("See it.");
    return new RootFilesystem(
        List.of(root),
        Map.of("PATH", "/bin", "BASE", "b"),
        Optional.empty(),
        Optional.of("[{\"init\":true}]"));
  }

  @AfterAll
  static void remove_it() throws InterruptedException {
    builds.close();
    await().atMost(Duration.ofSeconds(30)).until(() -> instances().isEmpty());
    builds.dismantle();
    images.close();
    registry.close();
    Command.of("rm", "-rf", "--one-file-system", folder.toString()).orProblem("Remove it by hand.");
  }

  private static List<Path> instances() throws IOException {
    try (var left = Files.list(folder.resolve("builds/instances/workspaces"))) {
      return left.toList();
    }
  }

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

  private static byte[] tar(Map<String, String> files) throws Exception {
    var at = Files.createDirectory(folder.resolve("tar" + count++));
    for (var file : files.entrySet()) {
      Files.createDirectories(at.resolve(file.getKey()).getParent());
      if (file.getValue().startsWith("-> ")) {
        Files.createSymbolicLink(at.resolve(file.getKey()), Path.of(file.getValue().substring(3)));
      } else {
        Files.writeString(at.resolve(file.getKey()), file.getValue());
      }
    }
    var archive = folder.resolve(at.getFileName() + ".tar");
    Command.of("tar", "-C", at.toString(), "-cf", archive.toString(), ".").orProblem("See it.");
    return Files.readAllBytes(archive);
  }

  /** Publishes a feature; returns it as a repository would name it. */
  private static Feature publish(
      String id, String json, String install, Map<String, String> options) throws Exception {
    var files = Map.of("devcontainer-feature.json", json, "install.sh", install);
    new Pushes(registry.host()).artifact("f/" + id, "1", tar(files), KIND);
    return feature(id, "1", options);
  }

  private static Feature feature(String id, String version, Map<String, String> options) {
    return new Feature(new Place.Registry(registry.host(), "f/" + id, version), options);
  }

  private static ImageBuilds.Installation wish(Feature... features) {
    return wish(Map.of(), Optional.empty(), List.of(), features);
  }

  private static ImageBuilds.Installation wish(
      Map<String, String> locked,
      Optional<InstanceImage.Repository> repository,
      List<Path> sources,
      Feature... features) {
    return new ImageBuilds.Installation(
        new Featured(
            new InstanceImage.Default(),
            List.of(features),
            List.of(),
            locked,
            repository,
            Optional.of("gitpod")),
        base,
        SIZE,
        sources);
  }

  private static RootFilesystem install(ImageBuilds.Installation wish, Heard heard)
      throws InterruptedException {
    return switch (builds.install(wish, heard)) {
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
  void they_are_installed_for_the_account_that_is_named_which_gets_the_number_of_the_files()
      throws Exception {
    var who =
        "echo $_REMOTE_USER $_REMOTE_USER_HOME $(id -u $_REMOTE_USER 2>/dev/null || echo none) >> /who";
    var tool = publish("who", "{\"id\": \"who\"}", who, Map.of());
    var etc = folder.resolve("base/etc");
    Files.writeString(
        etc.resolve("passwd"),
        "root:x:0:0::/root:/bin/sh\ndev:x:1000:1000::/home/dev:/bin/sh\nshared:x:1001:100::/home/s:/bin/sh\n");
    Files.writeString(etc.resolve("group"), "root:x:0:\ndev:x:1000:\nusers:x:100:ann\n");
    var home = Files.createDirectories(folder.resolve("base/home/dev"));
    Files.setAttribute(home, "unix:uid", 1000);
    try {
      var dev = install(wishOf("dev", tool), new Heard());
      assertThat(content(dev, "who")).isEqualTo("dev /home/dev 33333\n");
      assertThat(content(dev, "etc/passwd"))
          .startsWith("dev:x:33333:33333::/home/dev:/bin/sh\nroot:");
      assertThat(content(dev, "etc/group")).contains("dev:x:33333:");
      var layer = dev.layers().getFirst();
      assertThat(Files.getAttribute(layer.resolve("home/dev"), "unix:uid")).isEqualTo(33333);

      var shared = install(wishOf("1001:100", tool), new Heard());
      assertThat(content(shared, "who")).isEqualTo("shared /home/s 33333\n");
      assertThat(content(shared, "etc/group"))
          .contains("users:x:100:ann,shared\n", "shared-files:x:33333:");

      var root = install(wishOf("root", tool), new Heard());
      assertThat(content(root, "who")).isEqualTo("root /root 0\n");
      var later = install(wishOf("made-later", tool), new Heard());
      assertThat(content(later, "who")).isEqualTo("made-later /home/made-later none\n");
      var hostile = install(wishOf("$(touch /pwned)", tool), new Heard());
      assertThat(content(hostile, "who")).isEqualTo("gitpod /home/gitpod 33333\n");
      assertThat(hostile.layers().getFirst().resolve("pwned")).doesNotExist();
    } finally {
      Files.delete(etc.resolve("passwd"));
      Files.delete(etc.resolve("group"));
      Files.delete(home);
    }
  }

  private static ImageBuilds.Installation wishOf(String user, Feature feature) {
    var image =
        new Featured(
            new InstanceImage.Default(),
            List.of(feature),
            List.of(),
            Map.of(),
            Optional.empty(),
            Optional.of(user));
    return new ImageBuilds.Installation(image, base, SIZE, List.of());
  }

  @Test
  void one_of_a_mirrored_registry_comes_from_the_mirror_under_its_own_name() throws Exception {
    var script = "echo mirrored > /from";
    new Pushes(registry.host())
        .artifact(
            "copy/team/tool",
            "1",
            tar(Map.of("devcontainer-feature.json", "{\"id\": \"tool\"}", "install.sh", script)),
            KIND);
    var tool = new Feature(new Place.Registry("mirrored.invalid", "team/tool", "1"), Map.of());

    var image = install(wish(tool), new Heard());

    assertThat(content(image, "from")).isEqualTo("mirrored\n");
    assertThat(image.metadata().orElseThrow())
        .contains("mirrored.invalid/team/tool:1")
        .doesNotContain(registry.host());
    var missing = new Feature(new Place.Registry("mirrored.invalid", "team/none", "1"), Map.of());
    assertThatThrownBy(() -> install(wish(missing), new Heard()))
        .hasMessageContaining(
            "The feature mirrored.invalid/team/none:1 cannot be used: at its mirror %1$s/copy/team/none, %1$s has no tag 1"
                .formatted(registry.host()));
  }

  @Test
  void features_are_installed_in_their_order_with_options_users_and_variables_and_only_once()
      throws Exception {
    var tool =
        publish(
            "tool",
            """
            {"id": "tool", "version": "1.2.3",
             "options": {"version": {"type": "string", "default": "9"}, "with-docs": {"type": "boolean", "default": true}},
             "containerEnv": {"TOOL_HOME": "/opt/tool", "PATH": "/opt/tool/bin:${PATH}"},
             "customizations": {"vscode": {"extensions": ["a.tool"]}},
             "postCreateCommand": "tool init"}
            """,
            """
            #!/bin/sh
            set -e
            mkdir -p $TOOL_HOME/bin
            echo "tool $VERSION docs=$WITH_DOCS for $_REMOTE_USER at $_REMOTE_USER_HOME base=$BASE" >> /order
            printf '#!/bin/sh\\necho tool\\n' > $TOOL_HOME/bin/tool && chmod +x $TOOL_HOME/bin/tool
            chown gitpod $TOOL_HOME
            """,
            Map.of("version", "10'; echo x"));
    publish(
        "runtime", "{\"id\": \"runtime\"}", "echo runtime >> /order; id -u >> /order\n", Map.of());
    var app =
        publish(
            "app",
            """
            {"id": "app", "installsAfter": ["%1$s/f/tool"], "dependsOn": {"%1$s/f/runtime:1": {}}}
            """
                .formatted(registry.host()),
            "#!/bin/sh\ntool >> /order\n",
            Map.of());
    var heard = new Heard();

    var image = install(wish(app, tool), heard);

    assertThat(content(image, "order").lines())
        .containsExactly(
            "runtime", "0", "tool 10'; echo x docs=true for gitpod at /home/gitpod base=b", "tool");
    assertThat(image.env())
        .containsEntry("BASE", "b")
        .containsEntry("TOOL_HOME", "/opt/tool")
        .containsEntry("PATH", "/opt/tool/bin:/bin");
    assertThat(image.layers()).hasSize(2);
    assertThat(Files.getAttribute(image.layers().getFirst().resolve("opt/tool"), "unix:uid"))
        .isEqualTo(33333);
    assertThat(image.metadata().orElseThrow())
        .startsWith("[{\"init\":true},")
        .contains("a.tool", "tool init", registry.host() + "/f/tool:1");
    assertThat(heard.log).contains("Installing " + registry.host() + "/f/app:1");
    assertThat(image.layers().getFirst().resolve("tmp/dev-container-features")).doesNotExist();

    var again = new Heard();
    assertThat(install(wish(app, tool), again)).isEqualTo(image);
    assertThat(again.log).isEmpty();
    assertThat(again.details).isEmpty();
    assertThat(install(wish(app, feature("tool", "1", Map.of())), again)).isNotEqualTo(image);
  }

  @Test
  void a_lock_file_holds_a_feature_to_its_build() throws Exception {
    var files =
        Map.of("devcontainer-feature.json", "{\"id\": \"pin\"}", "install.sh", "echo 1 > /pin\n");
    var first = new Pushes(registry.host()).artifact("f/pin", "1", tar(files), KIND);
    var pin = publish("pin", "{\"id\": \"pin\"}", "echo 2 > /pin\n", Map.of());
    var name = registry.host() + "/f/pin";
    var locked = Map.of(name + ":1", name + "@" + first);

    assertThat(content(install(wish(pin), new Heard()), "pin")).isEqualTo("2\n");
    var held = wish(locked, Optional.empty(), List.of(), pin);
    assertThat(content(install(held, new Heard()), "pin")).isEqualTo("1\n");
  }

  @Test
  void a_feature_of_the_repository_is_taken_from_its_commit() throws Exception {
    var repository = Files.createDirectory(folder.resolve("repository"));
    var own = Files.createDirectories(repository.resolve(".devcontainer/own"));
    Files.writeString(own.resolve("devcontainer-feature.json"), "{\"id\": \"own\"}");
    Files.writeString(own.resolve("install.sh"), "cat data > /own\n");
    Files.writeString(own.resolve("data"), "from the commit\n");
    var git =
        "git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm x"
            + " && git rev-parse HEAD";
    var commit = Command.of("sh", "-c", git).in(repository).orProblem("See it.").text();
    var at =
        new InstanceImage.Repository(
            "file://" + repository, commit, Optional.empty(), Optional.empty());
    var feature = new Feature(new Place.Local(".devcontainer/own"), Map.of());

    var image = install(wish(Map.of(), Optional.of(at), List.of(repository), feature), new Heard());

    assertThat(content(image, "own")).isEqualTo("from the commit\n");

    var absent = new Feature(new Place.Local(".devcontainer/absent"), Map.of());
    assertThatThrownBy(() ->
            install(wish(Map.of(), Optional.of(at), List.of(repository), absent), new Heard()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("There is no folder .devcontainer/absent");
  }

  @Test
  void a_feature_that_fails_is_named_with_its_last_words_and_the_default_image_offered()
      throws Exception {
    var good = publish("a-good", "{\"id\": \"a-good\"}", "echo fine\n", Map.of());
    var bad =
        publish(
            "bad", "{\"id\": \"bad\"}", "echo before; echo no such thing >&2; exit 3\n", Map.of());
    var heard = new Heard();

    assertThatThrownBy(() -> install(wish(good, bad), heard))
        .isInstanceOfSatisfying(
            Problem.Invalid.class,
            problem -> {
              assertThat(problem.what())
                  .contains("The feature " + registry.host() + "/f/bad:1 could not be installed")
                  .contains("no such thing");
              assertThat(problem.remedy()).contains("default image");
            });
    assertThat(heard.log).contains("fine", "before");
  }

  @Test
  void what_is_not_there_or_no_feature_or_too_large_is_told_by_name() throws Exception {
    var big = new byte[9 << 20];
    new Pushes(registry.host()).artifact("f/big", "1", big, KIND);
    new Pushes(registry.host()).artifact("f/other", "1", tar(Map.of("a", "b")), KIND);
    new Pushes(registry.host()).artifact("f/kind", "1", tar(Map.of("a", "b")), "text/plain");
    var words = new LinkedHashMap<String, String>();
    words.put("absent", "cannot be used");
    words.put("big", "at most 8,388,608 are taken");
    words.put("other", "it has no devcontainer-feature.json");
    words.put("kind", "text/plain");
    words.forEach((id, word) ->
        assertThatThrownBy(() -> install(wish(feature(id, "1", Map.of())), new Heard()))
            .as(id)
            .isInstanceOf(Problem.Invalid.class)
            .hasMessageContaining("/f/" + id + ":1")
            .hasMessageContaining(word));

    var large =
        Map.of("devcontainer-feature.json", "{\"id\": \"l\"}", "install.sh", "x".repeat(7 << 20));
    for (int i = 0; i < 5; i++) {
      new Pushes(registry.host()).artifact("f/large" + i, "1", tar(large), KIND);
    }
    var five = IntStream.range(0, 5).mapToObj(i -> feature("large" + i, "1", Map.of()));
    assertThatThrownBy(() -> install(wish(five.toArray(Feature[]::new)), new Heard()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("together of more than 32 MiB");

    var away = new Feature(new Place.Registry(NOBODY, "f/x", "1"), Map.of());
    assertThatThrownBy(() -> install(wish(away), new Heard()))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining(NOBODY + "/f/x:1");
  }

  @Test
  void hostile_archives_leave_nothing_anywhere() throws Exception {
    var evil =
        Map.of("devcontainer-feature.json", "{\"id\": \"e\"}", "install.sh", "-> /etc/passwd");
    new Pushes(registry.host()).artifact("f/link", "1", tar(evil), KIND);
    var climbing =
        Command.of(
                "sh",
                "-c",
                "cd $0 && echo x > out && tar -c --absolute-names --transform 's,^,../../,' out",
                Files.createDirectory(folder.resolve("climb")).toString())
            .orProblem("See it.")
            .output();
    new Pushes(registry.host()).artifact("f/climb", "1", climbing, KIND);
    new Pushes(registry.host())
        .artifact(
            "f/noise",
            "1",
            "no archive".repeat(100).getBytes(java.nio.charset.StandardCharsets.UTF_8),
            KIND);
    var words =
        Map.of("link", "links are not taken", "climb", "leads out", "noise", "no tar archive");
    words.forEach((id, word) ->
        assertThatThrownBy(() -> install(wish(feature(id, "1", Map.of())), new Heard()))
            .isInstanceOf(Problem.Invalid.class)
            .hasMessageContaining(word));
  }

  @Test
  void features_that_wait_for_each_other_are_named() throws Exception {
    var needs = "{\"id\": \"%s\", \"dependsOn\": {\"" + registry.host() + "/f/%s:1\": {}}}";
    var one = publish("one", needs.formatted("one", "two"), "true\n", Map.of());
    publish("two", needs.formatted("two", "one"), "true\n", Map.of());

    assertThatThrownBy(() -> install(wish(one), new Heard()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("wait for each other");
  }
}
