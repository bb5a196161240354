package dev.berth.supervisor.ssh;

import dev.berth.base.http.ByteStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Moves bytes between a client and a socket of the instance. */
final class Sockets {
  private static final int BUFFER_BYTES = 64 * 1024;

  private Sockets() {}

  /** Until both directions have ended, or one side is gone; each end of one is passed on. */
  static void join(ByteStream stream, SocketChannel socket)
      throws IOException, InterruptedException {
    try (socket) {
      var back = Thread.ofVirtual().name("ssh-back").start(() -> back(socket, stream));
      try {
        for (var bytes = stream.read(); bytes.length > 0; bytes = stream.read()) {
          var some = ByteBuffer.wrap(bytes);
          while (some.hasRemaining()) socket.write(some);
        }
        socket.shutdownOutput();
        back.join();
      } finally {
        back.interrupt();
      }
    }
  }

  private static void back(SocketChannel socket, ByteStream stream) {
    var bytes = ByteBuffer.allocate(BUFFER_BYTES);
    try {
      while (socket.read(bytes.clear()) >= 0) stream.write(bytes.array(), 0, bytes.position());
      stream.endOutput();
    } catch (IOException | InterruptedException _) {
      // One side is gone; the other is closed by whoever waits for it.
    }
  }
}
