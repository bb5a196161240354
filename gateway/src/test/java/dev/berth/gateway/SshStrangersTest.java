package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import dev.berth.protocol.route.RouteEvent;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenSSH's client at a door where others stand who say nothing. */
@Timeout(120)
final class SshStrangersTest {
  private final List<Wire> open = new ArrayList<>();
  private Site site;

  @BeforeEach
  void open() throws Exception {
    site = Site.withSsh();
    Command.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key())
        .orProblem("Install openssh-client.");
    var line = Files.readString(site.folder.resolve("key.pub")).split(" ");
    site.serve(Site.route(1));
    site.control.tell(new RouteEvent.SshKeys(Site.ANNA, List.of(line[0] + " " + line[1])));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> site.get(Site.host(Site.WORKSPACE), "/_ssh/host_keys", "").body().length() > 9);
    Awaitility.await().until(() -> isLetIn("127.0.0.1"));
  }

  @AfterEach
  void close() {
    open.forEach(Wire::close);
    site.close();
  }

  @Test
  void a_hundred_that_say_nothing_keep_nobody_out() throws Exception {
    for (int i = 0; i < 100; i++) silent();

    assertThat(isLetIn("127.0.0.2")).isTrue();
    assertThat(isLetIn("127.0.0.1")).isTrue(); // all visitors may have one address
    assertThat(isHungUpOn(open.getFirst())).isTrue();
  }

  @Test
  void who_comes_and_comes_again_does_not_keep_others_of_his_address_out() throws Exception {
    for (int i = 0; i < 100; i++) silent();
    var more =
        Thread.ofVirtual()
            .start(() -> {
              while (!Thread.currentThread().isInterrupted()) {
                silent();
                LockSupport.parkNanos(20_000_000L); // 50 in a second
              }
            });
    try {
      for (int i = 0; i < 5; i++) assertThat(isLetIn("127.0.0.1")).isTrue();
    } finally {
      more.interrupt();
      more.join();
    }
  }

  private void silent() {
    var wire = Wire.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), site.sshPort));
    synchronized (open) {
      open.add(wire);
    }
    try {
      assertThat(wire.line()).startsWith("SSH-2.0-BERTH");
    } catch (IOException e) {
      // it had to give way at once
    }
  }

  private static boolean isHungUpOn(Wire wire) {
    while (true) {
      try {
        wire.line(); // what was said before
      } catch (EOFException | SocketException e) {
        return true;
      } catch (IOException e) {
        return false;
      }
    }
  }

  private String key() {
    return site.folder.resolve("key").toString();
  }

  /** What happens inside then is not this test's: there is no supervisor. */
  private boolean isLetIn(String from) throws Exception {
    var ssh =
        Command.of(
                "ssh",
                "-v",
                "-F",
                "/dev/null",
                "-i",
                key(),
                "-b",
                from,
                "-p",
                String.valueOf(site.sshPort),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "ConnectTimeout=8",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                Site.WORKSPACE + "@127.0.0.1",
                "true")
            .within(Duration.ofSeconds(20))
            .run();
    return ssh.errors().contains("Authenticated to 127.0.0.1");
  }
}
