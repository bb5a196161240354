package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.http.FreePorts;
import dev.berth.base.process.Command;
import dev.berth.base.process.Command.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process of the real program with one role, and a home of its own. */
final class Role implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name;
  private final Path home;
  private final int health;
  private Process process;

  private Role(String name, Path home, int health, Process process) {
    this.name = name;
    this.home = home;
    this.health = health;
    this.process = process;
  }

  /** Starts {@code berth NAME} in {@code home}; {@code settings} are lines of its berth.yaml. */
  static Role start(String name, Path home, String settings) throws Exception {
    Files.createDirectories(home);
    int health = FreePorts.next();
    Files.writeString(home.resolve("berth.yaml"), settings + "\nhealth: {port: " + health + "}\n");
    return new Role(name, home, health, begin(name, home));
  }

  private static Process begin(String name, Path home) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(Program.command(name));
    builder.environment().put("BERTH_HOME", home.toString());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
        .start();
  }

  /** Starts it anew after its end. */
  void again() throws IOException, InterruptedException {
    process = begin(name, home);
  }

  Role ready() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(health("readyz")).as(said()).isEqualTo(Optional.of(200)));
    return this;
  }

  /** The status of what it says of itself at a path; empty where it does not answer. */
  Optional<Integer> health(String path) throws InterruptedException {
    try {
      return Optional.of(ask(path).statusCode());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  String metrics() throws IOException, InterruptedException {
    return ask("metrics").body();
  }

  private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/%s".formatted(health, path)))
            .timeout(Duration.ofSeconds(5))
            .build(),
        BodyHandlers.ofString());
  }

  Outcome berth(String... arguments) throws IOException, InterruptedException {
    return Command.of(Program.command(arguments))
        .with("BERTH_HOME", home.toString())
        .within(PATIENCE)
        .run();
  }

  String token() throws IOException {
    return Files.readString(home.resolve("token"));
  }

  String said() {
    try {
      return Files.readString(home.resolve("log"));
    } catch (IOException e) {
      return "nothing";
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void askToEnd() {
    process.destroy();
  }

  /** Waits for its end; its exit code. */
  int ended() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(said()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
