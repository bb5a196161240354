package dev.berth.cli;

import dev.berth.base.json.Json;
import dev.berth.cli.role.ContentCommand;
import dev.berth.cli.role.Installation;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.node.pod.PodContent;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.WorkspaceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The run that the JVM's cache of classes is trained on where workspaces run on a cluster: as
 * {@link Warmup}, but of what a cluster's pods run, and with a cluster that is away. It needs
 * nothing of its machine and no rights.
 */
final class ClusterWarmup {
  /** Nobody listens there. */
  private static final String AWAY = "127.0.0.1:9";

  private ClusterWarmup() {}

  /** Works in {@code folder}. */
  static void train(Path folder) throws Exception {
    var home = new Home(folder.resolve("home"));
    home.create();
    var port = Optional.of(Warmup.freePort());
    try (var bucket = new WarmBucket()) {
      configure(home, folder, bucket);
      try (var installation = Installation.open(home, port, _ -> {})) {
        var configuration = Configuration.read(home.configuration(), Map.of(), port);
        Warmup.ask(home, configuration, installation.loginLink());
      }
    }
  }

  private static void configure(Home home, Path folder, WarmBucket bucket)
      throws IOException, InterruptedException {
    var kubeconfig =
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Config",
            "clusters",
            one("cluster", Map.of("server", "https://" + AWAY)),
            "users",
            one("user", Map.of("token", "none")),
            "contexts",
            one("context", Map.of("cluster", "one", "user", "one")),
            "current-context",
            "one");
    var file = Files.write(folder.resolve("kubeconfig"), Json.bytes(kubeconfig));
    var s3 =
        Map.of(
            "bucket",
            WarmBucket.NAME,
            "endpoint",
            bucket.address(),
            "accessKey",
            "warm",
            "secretKey",
            "warm");
    var cluster = Map.of("image", "none", "workspaceImage", "none", "kubeconfig", file.toString());
    var editor = Map.of("archive", Warmup.editor(folder.resolve("editor")).toString());
    Files.write(
        home.configuration(),
        Json.bytes(
            Map.of(
                "cluster",
                cluster,
                "objects",
                Map.of("s3", s3),
                "editor",
                editor,
                "ssh",
                Map.of("port", Warmup.freePort()))));
  }

  private static Object one(String what, Object content) {
    return List.of(Map.of("name", "one", what, content));
  }

  /**
   * What the container beside a workspace does, twice: the second finds what the first saved. It
   * has a cache of its own, which a pod's start waits for.
   */
  static void trainContent(Path folder) throws Exception {
    try (var bucket = new WarmBucket()) {
      var workspace = WorkspaceId.create("warm", "up").value();
      for (int round = 0; round < 2; round++) {
        var volume = Files.createDirectories(folder.resolve("volume-" + round));
        try (var serving = ContentCommand.Serving.open(told(workspace, bucket), volume)) {
          serving.content().begin();
          Files.writeString(volume.resolve(PodContent.FILES).resolve("file-" + round), "warm");
        }
      }
    }
  }

  private static Map<String, String> told(String workspace, WarmBucket bucket) {
    return Map.ofEntries(
        Map.entry("BERTH_WORKSPACE", workspace),
        Map.entry("BERTH_INSTANCE", InstanceId.create().value()),
        Map.entry("BERTH_OWNER", "00000000-0000-4000-8000-000000000000"),
        Map.entry("BERTH_TOKEN", "warm"),
        Map.entry("BERTH_EXCLUDE", "[]"),
        Map.entry("BERTH_OWNER_KEY", "00".repeat(32)),
        Map.entry("BERTH_POD_ADDRESS", "127.0.0.1"),
        Map.entry("BERTH_SAVES_EVERY", "1s"),
        Map.entry("BERTH_OBJECTS_S3_BUCKET", WarmBucket.NAME),
        Map.entry("BERTH_OBJECTS_S3_ENDPOINT", bucket.address()),
        Map.entry("BERTH_OBJECTS_S3_ACCESS_KEY", "warm"),
        Map.entry("BERTH_OBJECTS_S3_SECRET_KEY", "warm"));
  }
}
