package dev.berth.cli.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.http.Response;
import dev.berth.cli.api.Api;
import dev.berth.cli.api.FakeBerth;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.Notice;
import dev.berth.protocol.Severity;
import dev.berth.protocol.api.WorkspaceView.FindingView;
import dev.berth.protocol.inside.InstanceStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class LogsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @SuppressWarnings("NullAway.Init") // set before each test
  private Home home;

  @SuppressWarnings("NullAway.Init")
  private FakeBerth berth;

  private static final class NeverAsked implements FakeBerth.Inside {
    @Override
    public InstanceStatus status() {
      throw FakeBerth.away();
    }

    @Override
    public Response terminal(long from) {
      throw FakeBerth.away();
    }
  }

  @BeforeEach
  void open(@TempDir Path folder) {
    home = new Home(folder.resolve("home"));
    berth = new FakeBerth(home, new NeverAsked());
    berth.findings =
        List.of(
            new FindingView(
                Severity.WARNING,
                ".gitpod.yml",
                3,
                5,
                "There is no \"prot\".",
                "Did you mean port?"));
    berth.notices =
        List.of(
            Notice.information("The repository\033[2J is empty."),
            Notice.error("The last save failed: no room."));
  }

  @AfterEach
  void close() {
    berth.close();
  }

  private void logs(String... arguments) throws Exception {
    var command = new Logs();
    new CommandLine(command).parseArgs(arguments);
    try (var api = Api.connect(home)) {
      command.tell(api, printing(out), printing(err));
    }
  }

  private static PrintStream printing(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @Test
  void what_the_definition_has_wrong_is_told_beside_the_log() throws Exception {
    logs(FakeBerth.ID.value());

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("the build\n");
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            ".gitpod.yml:3:5: warning: There is no \"prot\". Did you mean port?",
            "note: The repository\uFFFD[2J is empty.",
            "error: The last save failed: no room.");
  }

  @Test
  void programs_get_it_in_the_same_object() throws Exception {
    logs("--json", FakeBerth.ID.value());

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"id\":\"" + FakeBerth.ID + "\"", "\"log\":\"the build\\n\"")
        .contains("\"severity\":\"warning\"", "\"line\":3", "\"notices\":[\"The repository")
        .contains("\"noticeKinds\":[\"information\",\"error\"]");
    assertThat(err.size()).isZero();
  }
}
