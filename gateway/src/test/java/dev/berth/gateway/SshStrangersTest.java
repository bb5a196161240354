package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import dev.berth.protocol.route.RouteEvent;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** Where the gateway's time stands still. */
  private volatile Optional<Instant> stopped = Optional.empty();

  private final Clock clock =
      ((InstantSource) () -> stopped.orElseGet(Instant::now)).withZone(ZoneOffset.UTC);

  @BeforeEach
  void open() throws Exception {
    site = Site.withSsh(clock);
    newKey("key");
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

  /** An office has one address; a program of a colleague tries for ever with what is no key. */
  @Test
  void who_fails_again_and_again_keeps_nobody_of_his_address_out() throws Exception {
    newKey("lost");
    for (int i = 0; i < 31; i++)
      assertThat(isLetIn("127.0.0.1", "lost", Site.WORKSPACE.value())).isFalse();

    assertThat(isLetIn("127.0.0.1")).isTrue();
    assertThat(isLetIn("127.0.0.1", "lost", Site.WORKSPACE + "#" + Site.TOKEN)).isTrue();
    assertThat(isLetIn("127.0.0.1", "lost", Site.WORKSPACE + "#wrong")).isFalse();
  }

  @Test
  void with_an_address_that_failed_often_keys_are_exchanged_at_a_pace() throws Exception {
    for (int i = 0; i < 30; i++) beginsToExchangeKeys("127.0.0.3");
    open.forEach(Wire::close);
    Awaitility.await().until(() -> site.metrics.text().contains("berth_ssh_connections 0\n"));

    stopped = Optional.of(Instant.now()); // so that a row grows: of 51, as the last waits for 5 s
    for (int i = 0; i < 51; i++) beginsToExchangeKeys("127.0.0.3");
    assertThat(isLetIn("127.0.0.3")).isFalse();
    assertThat(site.metrics.text()).contains("result=\"kept_out\"} 1\n");
    assertThat(isLetIn("127.0.0.1")).isTrue();

    open.forEach(Wire::close);
    stopped = Optional.empty();
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isLetIn("127.0.0.3"));
  }

  /** Its key exchange is to begin: what the door proposes is as good from the other side. */
  private void beginsToExchangeKeys(String from) throws Exception {
    var door = new InetSocketAddress(InetAddress.getLoopbackAddress(), site.sshPort);
    var wire = Wire.to(door, from);
    open.add(wire);
    wire.line();
    wire.say("SSH-2.0-stranger\r\n");
    var length = wire.in.readNBytes(Integer.BYTES);
    var packet = wire.in.readNBytes(ByteBuffer.wrap(length).getInt());
    var to = wire.socket.getOutputStream();
    to.write(length);
    to.write(packet);
    to.flush();
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

  private String key(String name) {
    return site.folder.resolve(name).toString();
  }

  private void newKey(String name) throws Exception {
    Command.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key(name))
        .orProblem("Install openssh-client.");
  }

  /** What happens inside then is not this test's: there is no supervisor. */
  private boolean isLetIn(String from) throws Exception {
    return isLetIn(from, "key", Site.WORKSPACE.value());
  }

  private boolean isLetIn(String from, String key, String user) throws Exception {
    var ssh =
        Command.of(
                "ssh",
                "-v",
                "-F",
                "/dev/null",
                "-i",
                key(key),
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
                user + "@127.0.0.1",
                "true")
            .within(Duration.ofSeconds(20))
            .run();
    return ssh.errors().contains("Authenticated to 127.0.0.1");
  }
}
