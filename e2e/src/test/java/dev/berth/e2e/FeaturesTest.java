package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.process.Command;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.registry.pull.DockerRegistry;
import dev.berth.registry.pull.Pushes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Features of dev containers, published in a real registry and installed in a real image. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
final class FeaturesTest {
  private static final String MEDIA_TYPE = "application/vnd.devcontainers.layer.v1+tar";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init")
  private GitHost git;

  @SuppressWarnings("NullAway.Init")
  private DockerRegistry registry;

  @SuppressWarnings("NullAway.Init")
  private Installation berth;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    git = GitHost.open(Files.createTempDirectory(Path.of("target").toAbsolutePath(), "git-"));
    registry = DockerRegistry.open(folder);
    berth =
        Installation.withInsecureRegistry(
            registry.host(), "sizes: {standard: {processes: 512}}", "stop: {grace: 3s}");
    berth.up();
    publish(
        folder,
        "tool",
        "{\"id\": \"tool\", \"version\": \"1.0.0\", \"containerEnv\": {\"TOOL\": \"/opt/tool\", \"PATH\": \"/opt/tool:${PATH}\"}}",
        "mkdir -p $TOOL && echo made > $TOOL/made");
    publish(
        folder,
        "hello",
        """
        {"id": "hello", "version": "1.2.0", "dependsOn": {"%s/acme/tool:1": {}},
         "options": {"words": {"type": "string", "default": "hi"}, "loud": {"type": "boolean", "default": false}},
         "entrypoint": "/usr/local/share/hello-init.sh", "postCreateCommand": "hello > /cache/said"}
        """
            .formatted(registry.host()),
        """
        cat "$TOOL/made" || exit 9
        printf '#!/bin/sh\\necho "%s, %s"\\n' "$WORDS" "$_REMOTE_USER" > /usr/local/bin/hello
        printf '#!/bin/sh\\nid -u > /run/hello-init; exec "$@"\\n' > /usr/local/share/hello-init.sh
        chmod 755 /usr/local/bin/hello /usr/local/share/hello-init.sh
        """);
    publish(folder, "broken", "{\"id\": \"broken\"}", "echo the mirror is gone >&2; exit 7");
  }

  private void publish(Path folder, String name, String description, String script)
      throws Exception {
    var files = Files.createDirectory(folder.resolve(name));
    Files.writeString(files.resolve("devcontainer-feature.json"), description);
    Files.writeString(files.resolve("install.sh"), "#!/bin/sh\n" + script);
    var tar = folder.resolve(name + ".tar");
    Command.of("tar", "-C", files.toString(), "-cf", tar.toString(), ".").orProblem("See tar.");
    new Pushes(registry.host()).artifact("acme/" + name, "1", Files.readAllBytes(tar), MEDIA_TYPE);
  }

  @AfterAll
  void close() throws Exception {
    berth.close();
    registry.close();
    git.close();
  }

  private String sh(WorkspaceId id, String script) throws Exception {
    return Inside.exec(berth.api().door(id), List.of("bash", "-lc", script), "").text();
  }

  private String devcontainer(String name, String json) throws Exception {
    Samples.small(
        git.create("octo/" + name),
        ".devcontainer/devcontainer.json",
        json.replace("REGISTRY", registry.host()));
    return git.url("octo/" + name);
  }

  @Test
  void they_are_installed_with_what_they_depend_on_and_do_at_a_start_what_they_want()
      throws Exception {
    var url =
        devcontainer(
            "hello",
            """
            {"features": {"REGISTRY/acme/hello:1": {"words": "good day"}},
             "mounts": ["source=cache,target=/cache,type=volume", "type=tmpfs,target=/scratch"],
             "postStartCommand": "hello >> /cache/started"}
            """);

    var id = berth.api().run(url).id();

    await().atMost(PATIENCE).until(() -> !sh(id, "cat /cache/started").isEmpty());
    assertThat(sh(id, "hello; echo $TOOL; cat /cache/said /run/hello-init; stat -c %U /cache"))
        .isEqualTo("good day, gitpod\n/opt/tool\ngood day, gitpod\n0\ngitpod");
    assertThat(sh(id, "echo $PATH")).matches("(.*:)?/opt/tool:.*");
    assertThat(sh(id, "stat -f -c %T /scratch; touch /scratch/x && echo mine"))
        .isEqualTo("tmpfs\nmine");
    var facts = berth.api().call("GET", Api.path(id) + "/definition", "").body();
    assertThat(facts)
        .contains("acme/hello", "words=good day", "/cache, the volume cache", "devcontainer.json");

    berth.api().stop(id);
    berth.api().stopped(id);
    berth.api().start(id);
    berth.api().running(id);
    await().atMost(PATIENCE).until(() -> sh(id, "cat /cache/started").lines().count() == 2);
    assertThat(sh(id, "cat /run/hello-init /cache/said")).isEqualTo("0\ngood day, gitpod");
    berth.api().delete(id);
  }

  @Test
  void one_that_fails_fails_the_start_with_its_log_and_the_default_image_is_offered()
      throws Exception {
    var url = devcontainer("broken", "{\"features\": {\"REGISTRY/acme/broken:1\": {}}}");

    var opened = berth.berth("open", "--wait", url);

    assertThat(opened.exitCode()).as(opened.text()).isNotZero();
    assertThat(opened.text())
        .contains("acme/broken:1 could not be installed", "start this workspace with the default");
    var id = berth.api().list().getFirst().id();
    assertThat(berth.api().find(id).phase()).isInstanceOf(Phase.Failed.class);
    assertThat(berth.berth("logs", id.value()).text()).contains("the mirror is gone");

    var again = berth.berth("start", "--default-image", "--wait", id.value());

    assertThat(again.exitCode()).as(again.errors()).isZero();
    berth.api().delete(id);
  }

  @Test
  void a_dockerfile_is_built_with_its_context_its_submodule_and_without_what_is_ignored()
      throws Exception {
    var part = git.create("octo/part");
    Samples.small(part, "in-part.txt", "p");
    var built = git.create("octo/built");
    var history = new GitHost.History().commit("refs/heads/main", "", "first");
    Samples.rootWithGit(built, history, "image/root");
    built.with(
        history
            .file(".gitpod.yml", "image:\n  file: image/Dockerfile\n  context: image\n")
            .file(
                "image/Dockerfile",
                """
                FROM scratch
                ARG WORDS=usual
                COPY root /
                COPY *.txt part /seen/
                RUN busybox mkdir -p /etc && echo "$WORDS" > /etc/words
                ENV BUILT=yes
                """)
            .file("image/.dockerignore", "secret*\n")
            .file("image/secret.txt", "s")
            .file("image/kept.txt", "k")
            .file("outside.txt", "o")
            .file(".gitmodules", "[submodule \"part\"]\n\tpath = image/part\n\turl = ../part\n")
            .submodule("image/part", part.git("rev-parse", "main").strip()));

    var id = berth.api().run(git.url("octo/built")).id();

    assertThat(bare(id, "busybox cat /etc/words; busybox ls /seen; echo $BUILT $USER"))
        .isEqualTo("usual\nin-part.txt\nkept.txt\nyes gitpod");
    berth.api().delete(id);
  }

  private String bare(WorkspaceId id, String script) throws Exception {
    return Inside.exec(berth.api().door(id), List.of("sh", "-c", script), "").text();
  }

  @Test
  void a_task_that_starts_processes_without_end_harms_nobody_and_can_be_stopped() throws Exception {
    Samples.small(
        git.create("octo/bomb"),
        ".gitpod.yml",
        "tasks:\n  - command: 'bomb() { bomb | bomb & }; bomb'\n");
    var other = berth.api().run(devcontainer("calm", "{}")).id();

    var id = berth.api().run(git.url("octo/bomb")).id();

    await()
        .atMost(PATIENCE)
        .until(() ->
            berth.api().find(id).notices().stream()
                .anyMatch(notice -> notice.text().contains("limit of 512 processes and threads")));
    assertThat(sh(other, "echo calm")).isEqualTo("calm");
    berth.api().stop(id);
    berth.api().stopped(id);
    berth.api().delete(id);
    berth.api().delete(other);
  }

  @Test
  void one_of_a_registry_that_is_not_known_is_told_by_name() throws Exception {
    var url = devcontainer("far", "{\"features\": {\"registry.invalid/acme/far:1\": {}}}");

    var opened = berth.berth("open", "--wait", url);

    assertThat(opened.exitCode()).isNotZero();
    assertThat(opened.text()).contains("registry.invalid/acme/far:1 cannot be had");
    berth.api().delete(berth.api().list().getFirst().id());
  }
}
