package dev.berth.cli.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.http.Response;
import dev.berth.cli.api.Api;
import dev.berth.cli.api.FakeBerth;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.inside.InstanceStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TrialTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream complained = new ByteArrayOutputStream();
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;

  @BeforeEach
  void listen() {
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void listenNoMore() {
    System.setOut(out);
    System.setErr(err);
  }

  /** Prints {@code parts}, one on each connection, and fails where one is empty. */
  private static final class Printing implements FakeBerth.Inside {
    final List<Long> askedFrom = new ArrayList<>();
    private final List<String> parts;
    private int looks;

    /** Of the parts; its task has ended when all are. */
    private int done;

    Printing(String... parts) {
      this.parts = List.of(parts);
    }

    @Override
    public synchronized InstanceStatus status() {
      if (looks++ == 1) throw FakeBerth.away();
      return FakeBerth.status(done < parts.size());
    }

    private synchronized void isDone() {
      done++;
    }

    @Override
    public synchronized Response terminal(long from) {
      askedFrom.add(from);
      var text = parts.get(askedFrom.size() - 1).getBytes(StandardCharsets.UTF_8);
      if (text.length == 0) {
        isDone();
        throw FakeBerth.away();
      }
      boolean last = askedFrom.size() == parts.size();
      return new Response.Socket(socket -> {
        socket.send("{\"kind\":\"hello\",\"offset\":%d,\"title\":\"sh\"}".formatted(from));
        socket.send(text, 0, text.length);
        isDone();
        if (last) socket.receive();
        else socket.close(1011, "The gateway starts anew.");
      });
    }
  }

  @Test
  void all_that_a_task_prints_is_shown_whatever_breaks_on_the_way() throws Exception {
    var inside = new Printing("", "first\r\nsec", "ond\r\nno end");

    try (var berth = new FakeBerth(home(), inside)) {
      assertThat(tried(berth)).isZero();
      assertThat(berth.isThere()).isFalse();
    }

    assertThat(inside.askedFrom).containsExactly(0L, 0L, 10L);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .startsWith("first\nsecond\nno end\n\nTask build: ended with 0\n");
    assertThat(complained.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("What task build prints cannot be shown now: the workspace answered 503");
  }

  @Test
  void a_workspace_that_answers_no_more_ends_the_trial_though_its_terminal_is_open()
      throws Exception {
    var inside =
        new FakeBerth.Inside() {
          private final CountDownLatch shown = new CountDownLatch(1);

          @Override
          public InstanceStatus status() {
            if (shown.getCount() == 0) throw FakeBerth.away();
            return FakeBerth.status(true);
          }

          @Override
          public Response terminal(long from) {
            shown.countDown();
            return new Response.Socket(socket -> socket.receive());
          }
        };

    try (var berth = new FakeBerth(home(), inside)) {
      assertThatThrownBy(() -> tried(berth))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("503");
      assertThat(berth.isThere()).isFalse();
    }
  }

  @Test
  void a_command_that_is_interrupted_while_it_opens_the_workspace_deletes_it() throws Exception {
    var shop = Files.createDirectory(folder.resolve("shop"));
    Files.writeString(shop.resolve(".gitpod.yml"), "tasks:\n- command: make\n");
    try (var berth = new FakeBerth(home(), new Printing())) {
      var builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin/java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              "dev.berth.cli.Berth",
              "validate",
              "--start",
              shop.toString());
      builder.environment().put("BERTH_HOME", home().folder().toString());
      var command = builder.redirectErrorStream(true).start();
      try {
        assertThat(berth.asked.await(30, TimeUnit.SECONDS)).isTrue();

        command.toHandle().destroy();
        berth.mayOpen.countDown();

        var said = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(command.waitFor()).as(said).isEqualTo(128 + 15);
        assertThat(berth.wasOpened()).as(said).isTrue();
        assertThat(berth.isThere()).as(said).isFalse();
        assertThat(home().trials()).isEmptyDirectory();
      } finally {
        command.destroyForcibly();
      }
    }
  }

  private Home home() {
    return new Home(folder.resolve("home"));
  }

  private int tried(FakeBerth berth) throws InterruptedException {
    berth.mayOpen.countDown();
    try (var api = Api.connect(home());
        var trial = Trial.open(api, "file:///shop", Optional.empty())) {
      return trial.run(Duration.ofSeconds(30));
    }
  }
}
