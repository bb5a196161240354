package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.http.Response;
import dev.berth.base.process.Command;
import dev.berth.cli.api.FakeBerth;
import dev.berth.cli.line.Version;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.inside.InstanceStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class BerthTest {
  private record Quiet() implements FakeBerth.Inside {
    @Override
    public InstanceStatus status() {
      return FakeBerth.status(false);
    }

    @Override
    public Response terminal(long from) {
      throw FakeBerth.away();
    }
  }

  /** In {@code folder}, where the installation's lies, with nothing on its input. */
  private static Command.Outcome berth(Path folder, String... arguments) throws Exception {
    var java =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Djdk.httpclient.allowRestrictedHeaders=host",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.berth.cli.Berth");
    var all = Stream.concat(java.stream(), Stream.of(arguments)).toList();
    return Command.of(all)
        .in(folder)
        .with("BERTH_HOME", home(folder).toString())
        .within(Duration.ofMinutes(2)) // several Javas start, on a busy machine
        .run();
  }

  private static Path home(Path folder) {
    return folder.resolve("home");
  }

  @Test
  void what_stands_behind_the_first_word_of_a_command_is_its_own(@TempDir Path folder)
      throws Exception {
    Files.writeString(folder.resolve("list"), "a\nb\n");
    try (var berth = new FakeBerth(new Home(home(folder)), new Quiet())) {
      var id = FakeBerth.ID.value();

      assertThat(berth(folder, "exec", id, "node", "--version").exitCode()).isEqualTo(7);
      assertThat(berth(folder, "exec", id, "ls", "-la", "-t", "-h").exitCode()).isEqualTo(7);
      assertThat(berth(folder, "exec", id, "--", "npm", "-V", "--", "@list").exitCode())
          .isEqualTo(7);
      assertThat(berth(folder, "exec", id, "--help", "ls").text()).contains("Usage: berth exec");
      assertThat(berth(folder, "exec", id).errors()).contains("'CMD'");

      assertThat(berth.ran)
          .containsExactly(
              ran("node", "--version"),
              ran("ls", "-la", "-t", "-h"),
              ran("npm", "-V", "--", "@list"));
    }
  }

  private static FakeBerth.Ran ran(String... argv) {
    return new FakeBerth.Ran(List.of(argv), Map.of(), Optional.empty());
  }

  @Test
  void a_file_that_is_not_there_is_said_to_be_so(@TempDir Path folder) throws Exception {
    var ended = berth(folder, "ssh-key", "add", "nofile");

    assertThat(ended.exitCode()).isEqualTo(66);
    assertThat(ended.errors())
        .contains("berth: The file nofile cannot be read: there is no nofile.");
  }

  @Test
  void each_command_tells_the_version() {
    for (var words : commands(List.of(), Berth.line())) {
      var line = Berth.line(words.toArray(String[]::new));
      var out = new StringWriter();
      var asked = new ArrayList<>(words);
      asked.add("--version");

      int code = line.setOut(new PrintWriter(out, true)).execute(asked.toArray(String[]::new));

      assertThat(code).as(words.toString()).isZero();
      assertThat(out.toString().strip())
          .as(words.toString())
          .isEqualTo("berth " + Version.number());
    }
  }

  private static List<List<String>> commands(List<String> above, CommandLine line) {
    var all = new ArrayList<List<String>>();
    all.add(above);
    line.getSubcommands()
        .forEach((name, below) ->
            all.addAll(commands(Stream.concat(above.stream(), Stream.of(name)).toList(), below)));
    return all;
  }
}
