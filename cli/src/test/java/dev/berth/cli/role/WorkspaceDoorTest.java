package dev.berth.cli.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.http.Response;
import dev.berth.cli.api.FakeBerth;
import dev.berth.cli.api.WorkspaceDoor;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.installer.certificate.Authority;
import dev.berth.protocol.api.OwnerToken;
import dev.berth.protocol.inside.InstanceStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A control's commands, where a load balancer ends TLS before the gateway. */
@Timeout(30)
final class WorkspaceDoorTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  private Path folder;

  private final Authority authority = Authority.make("localhost", Instant.now());

  @SuppressWarnings("NullAway.Init") // set before each test
  private SSLContext usual;

  @BeforeEach
  void remember() throws Exception {
    usual = SSLContext.getDefault();
  }

  @AfterEach
  void put_back() {
    SSLContext.setDefault(usual);
  }

  @Test
  void they_go_through_it_where_its_certificate_is_trusted() throws Exception {
    try (var berth = new FakeBerth(new Home(folder), new Running());
        var balancer = balancer(berth.told().gatewayPort())) {
      var server = told(balancer.getLocalPort(), "");
      var door = new OwnerToken("key", "https://localhost:" + balancer.getLocalPort());
      assertThat(server.tlsBefore()).isTrue();

      try (var refused = WorkspaceDoor.of(server, door)) {
        assertThatThrownBy(refused::status)
            .isInstanceOf(Problem.Unavailable.class)
            .hasMessageContaining("PKIX");
      }
      SSLContext.setDefault(trusting(authority));
      try (var open = WorkspaceDoor.of(server, door)) {
        assertThat(open.status().tasks()).isNotEmpty();
      }
    }
  }

  @Test
  void they_go_past_it_where_the_gateway_is_named() throws Exception {
    try (var berth = new FakeBerth(new Home(folder), new Running())) {
      int port = berth.told().gatewayPort();
      var server = told(9, "control: {gateway: \"127.0.0.1:%d\"}\n".formatted(port));

      try (var open = WorkspaceDoor.of(server, FakeBerth.door())) {
        assertThat(open.status().tasks()).isNotEmpty();
      }
    }
  }

  private static final class Running implements FakeBerth.Inside {
    @Override
    public InstanceStatus status() {
      return FakeBerth.status(true);
    }

    @Override
    public Response terminal(long from) {
      throw new IllegalStateException("nobody asks for it here");
    }
  }

  /** What a control with these settings tells. */
  private Home.Server told(int port, String more) throws IOException {
    var file = folder.resolve("settings.yaml");
    Files.writeString(
        file,
        "dashboard: https://localhost:%d\ncluster: {image: i, workspaceImage: w}\n%s"
            .formatted(port, more));
    return ControlRole.server(Configuration.read(file, Map.of(), Optional.empty()));
  }

  private static SSLContext trusting(Authority authority) throws Exception {
    var trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("root", Authority.certificate(authority.root().chain()));
    var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trust);
    var context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  /** Ends TLS and hands on what was in it. */
  private ServerSocket balancer(int to) throws Exception {
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
    Thread.ofPlatform().daemon().start(() -> accept(server, to));
    return server;
  }

  private static void accept(ServerSocket server, int to) {
    while (!server.isClosed()) {
      try {
        var visitor = server.accept();
        var gateway = new Socket(InetAddress.getLoopbackAddress(), to);
        Thread.ofPlatform().daemon().start(() -> pump(visitor, gateway));
        Thread.ofPlatform().daemon().start(() -> pump(gateway, visitor));
      } catch (IOException e) {
        return; // the test has ended
      }
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // the other side hung up, as it may
    }
  }
}
