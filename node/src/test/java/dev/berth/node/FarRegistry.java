package dev.berth.node;

import dev.berth.base.process.Command;
import dev.berth.registry.pull.Pushes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's docker-registry, far away. */
final class FarRegistry implements AutoCloseable {
  private static final int PORT = 5000;

  static final String HOST = FarServer.ADDRESS + ":" + PORT;

  private final FarServer server;

  private FarRegistry(FarServer server) {
    this.server = server;
  }

  static FarRegistry open(Path folder) throws IOException, InterruptedException {
    var config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: error, accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: "0.0.0.0:%d"}
        """
            .formatted(folder.resolve("data"), PORT));
    return new FarRegistry(
        FarServer.open(PORT, List.of("docker-registry", "serve", config.toString())));
  }

  /** An image with one file, {@code /said}. */
  void push(String name, String said) throws Exception {
    new Pushes(HOST).image(name, "latest", List.of(Pushes.Layer.gzip(tar("said", said))));
  }

  private static byte[] tar(String name, String content) throws IOException, InterruptedException {
    var folder = Files.createTempDirectory("berth-tar");
    var file = Files.writeString(folder.resolve(name), content);
    var tar = Command.of("tar", "-C", folder.toString(), "-c", name).orProblem("See it.").output();
    Files.delete(file);
    Files.delete(folder);
    return tar;
  }

  @Override
  public void close() {
    server.close();
  }
}
