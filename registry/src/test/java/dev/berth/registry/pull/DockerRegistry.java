package dev.berth.registry.pull;

import dev.berth.base.file.FolderTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Debian's docker-registry on a loopback port, with its blobs in a folder. */
public final class DockerRegistry implements AutoCloseable {
  /** Whom a registry with a password file knows. */
  public static final Login LOGIN = new Login("ada", "s3cret");

  private static final String ADA =
      "ada:$2y$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK";
  private static final Pattern LISTENS = Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)");

  private final Process process;
  private final String host;

  /** What goes with it. */
  private final Optional<Path> own;

  private DockerRegistry(Process process, String host, Optional<Path> own) {
    this.process = process;
    this.host = host;
    this.own = own;
  }

  /** The same with a folder of its own, which goes with it. */
  public static DockerRegistry open() {
    try {
      var folder = Files.createTempDirectory("berth-registry");
      return open(folder, "", Optional.of(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A registry that asks nobody who he is, in a folder of the test. */
  public static DockerRegistry open(Path folder) {
    return open(folder, "", Optional.empty());
  }

  /** A registry that wants {@link #LOGIN}. */
  static DockerRegistry withPassword(Path folder) throws IOException {
    Files.writeString(folder.resolve("htpasswd"), ADA + "\n");
    return open(
        folder,
        "auth: {htpasswd: {realm: test, path: %s}}".formatted(folder.resolve("htpasswd")),
        Optional.empty());
  }

  private static DockerRegistry open(Path folder, String auth, Optional<Path> own) {
    try {
      var config = folder.resolve("config.yml");
      Files.writeString(
          config,
          """
          version: 0.1
          log: {level: info, accesslog: {disabled: true}}
          storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
          http: {addr: "127.0.0.1:0"}
          %s
          """
              .formatted(folder.resolve("data"), auth));
      var process =
          new ProcessBuilder("docker-registry", "serve", config.toString())
              .redirectErrorStream(true)
              .start();
      return new DockerRegistry(process, host(process), own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String host(Process process) throws IOException {
    var lines = process.inputReader(StandardCharsets.UTF_8);
    var all = new StringBuilder();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      all.append(line).append('\n');
      var match = LISTENS.matcher(line);
      if (!match.find()) continue;
      Thread.startVirtualThread(() -> drain(lines)); // else its pipe fills up
      return match.group(1);
    }
    throw new IOException("docker-registry ended:\n" + all);
  }

  private static void drain(BufferedReader lines) {
    try {
      while (lines.readLine() != null) {}
    } catch (IOException _) {
      // It was closed: no other test shall fail of that.
    }
  }

  /** Host and port, as they stand in a reference. */
  public String host() {
    return host;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    if (own.isEmpty()) return;
    process.onExit().join(); // or it would go on writing there
    try {
      new FolderTree(own.get()).remove();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
