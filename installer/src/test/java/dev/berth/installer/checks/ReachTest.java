package dev.berth.installer.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.installer.certificate.Authority;
import dev.berth.protocol.check.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

final class ReachTest {
  private static final String BERTHS =
      "HTTP/1.1 401 Unauthorized\r\n\r\n{\"error\":{\"kind\":\"refused\",\"what\":\"W\",\"remedy\":\"R\"}}";

  /** Says the same to everybody who comes; to who asks something, after that. */
  private static ServerSocket saying(String words, boolean asked) throws IOException {
    return saying(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), words, asked);
  }

  private static ServerSocket saying(ServerSocket server, String words, boolean asked) {
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
        Optional.empty(),
        served,
        Optional.empty(),
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
        new Reach(
            "B5",
            "here",
            unknown,
            true,
            443,
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty());
    var after =
        new Reach(
            "B5",
            "here",
            unknown,
            true,
            443,
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.empty(),
            Optional.empty());

    assertThat(outcome(before, "B501")).isInstanceOf(Result.Outcome.Skipped.class);
    assertThat(outcome(after, "B501")).isInstanceOf(Result.Outcome.Bad.class);
  }

  @Test
  void a_certificate_that_workspaces_do_not_trust_is_doubtful() throws Exception {
    var authority = Authority.make("localhost", Instant.now());
    var other = Authority.make("localhost", Instant.now());
    try (var web = secured(authority);
        var ssh = saying("SSH-2.0-BERTH\r\n", false)) {
      assertThat(outcome(secured(web, ssh, authority), "B802"))
          .isInstanceOfSatisfying(
              Result.Outcome.Good.class,
              good -> assertThat(good.words()).contains("which workspaces trust"));
      assertThat(outcome(secured(web, ssh, other), "B802"))
          .isInstanceOfSatisfying(
              Result.Outcome.Doubtful.class,
              doubt -> assertThat(doubt.remedy()).contains("trust.authorities"));
    }
  }

  private static Reach secured(ServerSocket web, ServerSocket ssh, Authority trusted)
      throws Exception {
    var trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("root", Authority.certificate(trusted.root().chain()));
    var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trust);
    var context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return new Reach(
        "B8",
        "a pod",
        "localhost",
        true,
        web.getLocalPort(),
        Optional.of(ssh.getLocalPort()),
        Optional.empty(),
        true,
        Optional.empty(),
        Optional.of(context));
  }

  /** A gateway that has a certificate of {@code authority}. */
  private static ServerSocket secured(Authority authority) throws Exception {
    var pair = authority.sign(List.of("localhost"), Instant.now());
    var bytes = Base64.getMimeDecoder().decode(pair.key().replaceAll("-----[A-Z ]+-----", ""));
    var key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
    var own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(
        "own", key, new char[0], new Certificate[] {Authority.certificate(pair.chain())});
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    var server =
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    return saying(server, BERTHS, true);
  }

  @Test
  void port_80_must_lead_to_tls() throws Exception {
    var answer = "HTTP/1.1 308 Permanent Redirect\r\nlocation: %s\r\ncontent-length: 0\r\n\r\n";
    var authority = Authority.make("localhost", Instant.now());
    var gone = saying("", false);
    gone.close();
    try (var web = secured(authority);
        var good =
            saying(
                answer.formatted("https://localhost:%d/api/v1/me".formatted(web.getLocalPort())),
                true);
        var elsewhere = saying(answer.formatted("https://other.example/"), true);
        var page = saying("HTTP/1.1 200 OK\r\n\r\nnginx", true)) {
      assertThat(outcome(redirecting(web, good), "B505")).isInstanceOf(Result.Outcome.Good.class);
      assertThat(outcome(redirecting(web, elsewhere), "B505"))
          .isInstanceOf(Result.Outcome.Doubtful.class);
      assertThat(outcome(redirecting(web, page), "B505"))
          .isInstanceOfSatisfying(
              Result.Outcome.Doubtful.class,
              doubt -> assertThat(doubt.remedy()).contains("install.service.httpPort"));
      assertThat(outcome(redirecting(web, gone), "B505")).isInstanceOf(Result.Outcome.Bad.class);
    }
  }

  private static Reach redirecting(ServerSocket web, ServerSocket plain) {
    return new Reach(
        "B5",
        "here",
        "localhost",
        true,
        web.getLocalPort(),
        Optional.empty(),
        Optional.of(plain.getLocalPort()),
        true,
        Optional.empty(),
        Optional.empty());
  }
}
