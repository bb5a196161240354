package dev.berth.bench.start;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** A door before the gateway's that counts what comes out of it: bodies, headers, WebSockets. */
final class Wire implements AutoCloseable {
  private final ServerSocket door;
  private final int gatewayPort;
  private final AtomicLong out = new AtomicLong();

  private Wire(ServerSocket door, int gatewayPort) {
    this.door = door;
    this.gatewayPort = gatewayPort;
  }

  static Wire before(int gatewayPort) throws IOException {
    var wire = new Wire(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), gatewayPort);
    Thread.ofVirtual().start(wire::accept);
    return wire;
  }

  int port() {
    return door.getLocalPort();
  }

  /** How many bytes browsers were sent so far. */
  long bytes() {
    return out.get();
  }

  private void accept() {
    try {
      while (true) {
        var browser = door.accept();
        var gateway = new Socket(InetAddress.getLoopbackAddress(), gatewayPort);
        browser.setTcpNoDelay(true);
        gateway.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> join(browser, gateway, new AtomicLong()));
        Thread.ofVirtual().start(() -> join(gateway, browser, out));
      }
    } catch (IOException e) {
      if (!door.isClosed()) throw new UncheckedIOException(e);
    }
  }

  private static void join(Socket from, Socket to, AtomicLong count) {
    try (from;
        to) {
      copy(from.getInputStream(), to.getOutputStream(), count);
    } catch (IOException _) {
      // One of them went away; so does the other.
    }
  }

  private static void copy(InputStream from, OutputStream to, AtomicLong count) throws IOException {
    var bytes = new byte[64 << 10];
    int n;
    while ((n = from.read(bytes)) >= 0) {
      to.write(bytes, 0, n);
      count.addAndGet(n);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
