package dev.berth.installer.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.check.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReachTest {
  private static final String BERTHS =
      "HTTP/1.1 401 Unauthorized\r\n\r\n{\"error\":{\"kind\":\"refused\",\"what\":\"W\",\"remedy\":\"R\"}}";

  /** Says the same to everybody who comes; to who asks something, after that. */
  private static ServerSocket saying(String words, boolean asked) throws IOException {
    var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try (var socket = server.accept()) {
              var in = socket.getInputStream();
              for (int ends = asked ? 0 : 2; ends < 2; ) {
                int next = in.read();
                if (next == '\n') ends++;
                else if (next != '\r') ends = 0;
                if (next < 0) break;
              }
              socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
              // the test has ended, or the other side has
            }
          }
        });
    return server;
  }

  private static Reach reach(ServerSocket web, ServerSocket ssh, boolean served) {
    return new Reach(
        "B5",
        "here",
        "localhost",
        false,
        web.getLocalPort(),
        Optional.of(ssh.getLocalPort()),
        served,
        Optional.empty());
  }

  private static Result.Outcome outcome(Reach reach, String code) {
    return reach.check().stream()
        .filter(result -> result.code().equals(code))
        .findFirst()
        .orElseThrow()
        .outcome();
  }

  @Test
  void doors_that_answer_as_a_gateway_are_good() throws Exception {
    try (var web = saying(BERTHS, true);
        var ssh = saying("SSH-2.0-BERTH\r\n", false)) {
      var reach = reach(web, ssh, true);

      assertThat(outcome(reach, "B502")).isInstanceOf(Result.Outcome.Good.class);
      assertThat(outcome(reach, "B503"))
          .as("without TLS nobody knows what stands before it")
          .isInstanceOf(Result.Outcome.Doubtful.class);
      assertThat(outcome(reach, "B504"))
          .isInstanceOfSatisfying(
              Result.Outcome.Good.class,
              good -> assertThat(good.words()).contains("SSH-2.0-BERTH"));
    }
  }

  @Test
  void a_proxy_that_refuses_upgrades_is_told() throws Exception {
    try (var web = saying("HTTP/1.1 502 Bad Gateway\r\n\r\n", true);
        var ssh = saying("HTTP/1.1 400 Bad Request\r\n\r\n", false)) {
      var reach = reach(web, ssh, true);

      assertThat(outcome(reach, "B503"))
          .isInstanceOfSatisfying(
              Result.Outcome.Bad.class, bad -> assertThat(bad.remedy()).contains("TCP (L4)"));
      assertThat(outcome(reach, "B504"))
          .isInstanceOfSatisfying(
              Result.Outcome.Bad.class, bad -> assertThat(bad.what()).contains("speaks no SSH"));
    }
  }

  @Test
  void doors_that_are_closed_or_not_there_yet_are_not_good() throws Exception {
    var web = saying("", false);
    var ssh = saying("", false);
    web.close();
    ssh.close();

    assertThat(outcome(reach(web, ssh, true), "B502")).isInstanceOf(Result.Outcome.Bad.class);
    assertThat(outcome(reach(web, ssh, true), "B504")).isInstanceOf(Result.Outcome.Bad.class);
    assertThat(outcome(reach(web, ssh, false), "B502"))
        .isEqualTo(new Result.Outcome.Skipped("the gateway comes with apply"));
  }

  @Test
  void another_web_server_is_not_taken_for_berth() throws Exception {
    try (var web = saying("HTTP/1.1 404 Not Found\r\n\r\nnginx", true);
        var ssh = saying("SSH-2.0-BERTH\r\n", false)) {
      var reach = reach(web, ssh, true);

      assertThat(outcome(reach, "B502")).isInstanceOf(Result.Outcome.Doubtful.class);
      assertThat(outcome(reach, "B503")).isInstanceOf(Result.Outcome.Doubtful.class);
    }
  }

  @Test
  void a_name_that_dns_cannot_know_yet_is_not_bad() {
    var unknown = "none.berth.invalid";
    var before =
        new Reach("B5", "here", unknown, true, 443, Optional.empty(), false, Optional.empty());
    var after =
        new Reach("B5", "here", unknown, true, 443, Optional.empty(), true, Optional.empty());

    assertThat(outcome(before, "B501")).isInstanceOf(Result.Outcome.Skipped.class);
    assertThat(outcome(after, "B501")).isInstanceOf(Result.Outcome.Bad.class);
  }
}
