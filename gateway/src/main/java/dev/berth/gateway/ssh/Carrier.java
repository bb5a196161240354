package dev.berth.gateway.ssh;

import dev.berth.gateway.inside.Inside;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.channel.Channel;

/**
 * Carries bytes both ways between a channel and a connection inside, each direction on a virtual
 * thread of its own, until both have ended or one side is gone.
 */
final class Carrier {
  private static final int BUFFER_BYTES = 32 * 1024;

  private final Visit visit;
  private final Channel channel;
  private final Intake intake;
  private final Inside inside;
  private final AtomicInteger open = new AtomicInteger(2);

  Carrier(Visit visit, Channel channel, Intake intake, Inside inside) {
    this.visit = visit;
    this.channel = channel;
    this.intake = intake;
    this.inside = inside;
  }

  /** A direction's work, and how its end is told to the other side. */
  interface Direction {
    void run() throws IOException, InterruptedException;
  }

  /**
   * Begins.
   *
   * @param out towards the client
   * @param outEnds tells the client that no more comes
   */
  void start(OutputStream out, Direction outEnds) {
    Thread.ofVirtual().name("ssh-in").start(() -> direction(this::in));
    Thread.ofVirtual()
        .name("ssh-out")
        .start(() ->
            direction(() -> {
              out(out);
              outEnds.run();
            }));
  }

  private void direction(Direction work) {
    try {
      work.run();
      if (open.decrementAndGet() == 0) channel.close(false);
    } catch (IOException | InterruptedException | RuntimeException _) {
      channel.close(false); // one side is gone
    }
  }

  private void in() throws IOException, InterruptedException {
    var to = inside.out();
    for (var taken = intake.take(); taken.isPresent(); taken = intake.take()) {
      var chunk = taken.get().chunk();
      to.write(chunk.bytes(), 0, chunk.length());
      intake.carried(chunk.length());
      visit.used();
    }
    inside.endOutput();
  }

  private void out(OutputStream out) throws IOException {
    var bytes = new byte[BUFFER_BYTES];
    for (int n; (n = inside.in().read(bytes)) >= 0; ) {
      out.write(bytes, 0, n);
      if (inside.in().available() == 0) out.flush(); // what comes now shares a packet
    }
  }
}
