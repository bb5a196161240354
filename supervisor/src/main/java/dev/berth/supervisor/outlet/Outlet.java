package dev.berth.supervisor.outlet;

import static dev.berth.protocol.inside.Outlet.PROTOCOL;

import dev.berth.base.http.ByteStream;
import dev.berth.base.http.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;

/**
 * A socket of the instance whose other end the gateway holds: each connection that the gateway
 * offers takes one of those who come. Who comes while none is offered, as at the very beginning or
 * while a gateway starts anew, waits.
 */
public final class Outlet implements AutoCloseable {
  /** Who waits beyond these is told by the kernel that nobody answers. */
  private static final int BACKLOG = 64;

  /** A question for extensions is smaller; answers do not go this way. */
  private static final int BUFFER_BYTES = 16 << 10;

  private static final System.Logger LOG = System.getLogger(Outlet.class.getName());

  private final ServerSocketChannel socket;
  private final SynchronousQueue<SocketChannel> came = new SynchronousQueue<>();
  private final Thread accepting;

  private Outlet(ServerSocketChannel socket) {
    this.socket = socket;
    this.accepting = Thread.ofVirtual().name("outlet").unstarted(this::accept);
  }

  /** Listens at {@code address}; where it is taken the instance has none, and the log says so. */
  public static Optional<Outlet> open(InetSocketAddress address) {
    try {
      var outlet = new Outlet(ServerSocketChannel.open().bind(address, BACKLOG));
      outlet.accepting.start();
      return Optional.of(outlet);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "no extensions can be found: cannot listen at " + address,
          e);
      return Optional.empty();
    }
  }

  /** A thread of its own: an interrupt of a thread that accepts would close the socket. */
  private void accept() {
    try {
      while (true) came.put(socket.accept());
    } catch (IOException | InterruptedException _) {
      // It was closed.
    }
  }

  /** Where it listens. */
  public int port() throws IOException {
    return ((InetSocketAddress) socket.getLocalAddress()).getPort();
  }

  /** The gateway offers to carry one. */
  public Response offered() {
    return new Response.Upgraded(PROTOCOL, this::carry);
  }

  private void carry(ByteStream stream) throws IOException, InterruptedException {
    var guest = new CompletableFuture<SocketChannel>();
    var outward = Thread.ofVirtual().name("outlet-out").start(() -> outward(guest, stream));
    try {
      // Nobody answers before he was asked, so until a guest came this is the gateway's end alone.
      for (var bytes = stream.read(); bytes.length > 0; bytes = stream.read()) {
        if (!guest.isDone()) return;
        var some = ByteBuffer.wrap(bytes);
        while (some.hasRemaining()) guest.join().write(some);
      }
      if (!guest.isDone()) return;
      guest.join().shutdownOutput();
      outward.join();
    } finally {
      outward.interrupt(); // and with it the guest's socket
    }
  }

  private void outward(CompletableFuture<SocketChannel> guest, ByteStream stream) {
    var bytes = ByteBuffer.allocate(BUFFER_BYTES);
    try (var socket = came.take()) {
      guest.complete(socket);
      while (socket.read(bytes.clear()) >= 0) stream.write(bytes.array(), 0, bytes.position());
      stream.endOutput();
    } catch (IOException | InterruptedException _) {
      // One side is gone; the other is closed by whoever waits for it.
    }
  }

  @Override
  public void close() {
    accepting.interrupt(); // and with it the socket
  }
}
