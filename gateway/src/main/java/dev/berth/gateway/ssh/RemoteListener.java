package dev.berth.gateway.ssh;

import dev.berth.gateway.inside.Inside;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket that listens inside for the client: each who comes to it becomes a channel that is
 * opened towards the client. Reads on a thread of its own until it is closed.
 */
final class RemoteListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteListener.class);

  /** A word, a path of at most 107 bytes, numbers. */
  private static final int LINE_MAX = 512;

  private final Visit visit;
  private final Inside inside;
  private final String bound;

  /**
   * Who came inside.
   *
   * @param host its address as the workspace saw it
   */
  private record Guest(String id, String host, int port) {}

  private interface Kind {
    String channel();

    /** What the channel's opening says behind what all openings say. */
    void describe(Buffer opening, Guest guest);
  }

  private RemoteListener(Visit visit, Inside inside, String bound) {
    this.visit = visit;
    this.inside = inside;
    this.bound = bound;
  }

  /** Listens on a port of the workspace's loopback; 0 for one that is free. */
  static RemoteListener forPort(Visit visit, String host, int port) throws IOException {
    // The name is only for the client to know it again: it must hear what it said itself.
    return open(
        visit,
        "listen?host=localhost&port=" + port,
        got ->
            new ByWords(
                "forwarded-tcpip",
                (opening, guest) -> {
                  opening.putString(host);
                  opening.putUInt(Integer.parseInt(got));
                  opening.putString(guest.host());
                  opening.putUInt(guest.port());
                }));
  }

  static RemoteListener forPath(Visit visit, String path) throws IOException {
    return open(
        visit,
        "listen?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8),
        _ ->
            new ByWords(
                "forwarded-streamlocal@openssh.com",
                (opening, _) -> {
                  opening.putString(path);
                  opening.putString("");
                }));
  }

  static RemoteListener forAgent(Visit visit) throws IOException {
    return open(visit, "listen?agent", _ -> new ByWords("auth-agent@openssh.com", (_, _) -> {}));
  }

  private record ByWords(String channel, java.util.function.BiConsumer<Buffer, Guest> words)
      implements Kind {
    @Override
    public void describe(Buffer opening, Guest guest) {
      words.accept(opening, guest);
    }
  }

  private interface KindOf {
    Kind of(String bound);
  }

  private static RemoteListener open(Visit visit, String call, KindOf kind) throws IOException {
    var inside = visit.open(call);
    try {
      var first = line(inside.in()).split(" ", 2);
      var listener = new RemoteListener(visit, inside, first[first.length - 1]);
      var towards = kind.of(listener.bound);
      Thread.ofVirtual().name("ssh-listener").start(() -> listener.run(towards));
      return listener;
    } catch (IOException | RuntimeException e) {
      inside.close();
      throw e;
    }
  }

  /** The port or the path. */
  String bound() {
    return bound;
  }

  private void run(Kind kind) {
    try {
      while (true) {
        var words = line(inside.in()).split(" ", -1);
        if (words.length != 4
            || !words[1].matches("[0-9]{1,18}")
            || !words[3].matches("[0-9]{1,5}"))
          throw new IOException("the workspace said what cannot be read");
        var guest = new Guest(words[1], words[2], Integer.parseInt(words[3]));
        Thread.ofVirtual().name("ssh-back").start(() -> welcome(kind, guest));
      }
    } catch (IOException e) {
      LOG.debug("A listener of {} ended: {}", visit.workspace(), e.getMessage());
    } finally {
      inside.close();
    }
  }

  private void welcome(Kind kind, Guest guest) {
    Consumer<Buffer> words = opening -> kind.describe(opening, guest);
    try {
      var came = visit.open("came/" + guest.id());
      var channel = new BackChannel(visit, kind.channel(), words, came);
      visit.session().getService(ConnectionService.class).registerChannel(channel);
      channel
          .open()
          .addListener(opening -> {
            if (!opening.isOpened()) came.close();
          });
    } catch (IOException | RuntimeException e) {
      LOG.debug("Nobody could be led out of {}: {}", visit.workspace(), e.getMessage());
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.length() >= LINE_MAX) throw new IOException("no whole line");
      line.append((char) next);
    }
    return line.toString();
  }

  @Override
  public void close() {
    inside.close();
  }
}
