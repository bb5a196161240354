package dev.berth.supervisor.gp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.TestRepository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What gp says where it cannot do what it is asked: words, and no statuses or files alone. */
@Timeout(60)
final class RefusalsTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private int gp(Path door, String... words) {
    said.reset();
    var both = new PrintStream(said, true, StandardCharsets.UTF_8);
    var caller =
        new Caller(
            Map.of("BERTH_SUPERVISOR_SOCKET", door.toString()),
            folder.resolve("gone"),
            InputStream.nullInputStream(),
            both,
            both);
    return Gp.run(List.of(words), caller);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8).strip();
  }

  @Test
  void a_task_that_is_not_there_is_named_with_those_that_are() throws Exception {
    var repository = TestRepository.withCommits(folder.resolve("repo"), 1);
    var content = TestInstance.branch(repository, "main");
    var tasks =
        List.of(
            TestInstance.task("web", "", "", "sleep 600"),
            TestInstance.task("db", "", "", "sleep 600"));
    try (var instance = TestInstance.start(folder, content, tasks)) {
      instance.ready();
      var door = instance.door();
      Awaitility.await().until(() -> gp(door, "tasks", "list") == 0 && said().contains("db"));

      assertThat(gp(door, "tasks", "attach", "nothing")).isEqualTo(1);
      assertThat(said())
          .isEqualTo(
              "gp: There is no task's terminal \"nothing\". These are running: t1 (web), t2 (db).");
      assertThat(gp(door, "tasks", "attach")).isEqualTo(1);
      assertThat(said()).isEqualTo("gp: There are 2 tasks. Name a terminal of: t1 (web), t2 (db).");
      assertThat(gp(door, "tasks", "stop", "t1")).isZero();
      assertThat(gp(door, "tasks", "attach", "t1")).isEqualTo(1);
      assertThat(said())
          .isEqualTo("gp: The terminal t1 (web) is closed. These are running: t2 (db).");
      assertThat(gp(door, "tasks", "stop", "../errands")).isEqualTo(1);
      assertThat(said()).startsWith("gp: There is no task's terminal \"../errands\".");
    }
  }

  @Test
  void a_conversation_that_is_refused_says_why() throws Exception {
    var repository = TestRepository.withCommits(folder.resolve("repo"), 1);
    var content = TestInstance.branch(repository, "main");
    try (var instance = TestInstance.start(folder, content, List.of())) {
      var caller =
          new Caller(
              Map.of("BERTH_SUPERVISOR_SOCKET", instance.door().toString()),
              folder,
              InputStream.nullInputStream(),
              System.out,
              System.err);
      instance.ready();

      assertThatThrownBy(() -> Door.of(caller).converse("terminals/t9/connect?from=0"))
          .isInstanceOf(Problem.Missing.class)
          .hasMessageContaining("There is no terminal t9.");
    }
  }

  @Test
  void what_is_no_answer_of_a_supervisor_is_told_in_words() throws Exception {
    assertThat(answered("HTTP/1.1 500 Oops\r\n\r\n<html>")).contains("refuses this", "HTTP 500");
    assertThat(answered("HTTP/1.1 200 OK\r\n\r\n<html>")).contains("its answer is no JSON");
    assertThat(answered("220 mail ready\r\n\r\n")).contains("it speaks no HTTP");
  }

  private String answered(String answer) throws Exception {
    var socket = folder.resolve("door");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      var other =
          Thread.ofVirtual()
              .start(() -> {
                try (var client = server.accept()) {
                  client.read(ByteBuffer.allocate(1000));
                  client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertThat(gp(socket, "info")).isEqualTo(1);
      other.join();
      return said();
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  @Test
  void of_a_file_it_says_what_is_wrong_with_it() {
    assertThat(gp(folder, "init")).isEqualTo(1);
    assertThat(said())
        .isEqualTo("gp: There is no %s.".formatted(folder.resolve("gone/.gitpod.yml")));
  }
}
