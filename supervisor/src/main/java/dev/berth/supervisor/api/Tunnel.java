package dev.berth.supervisor.api;

import dev.berth.base.Problem;
import dev.berth.base.http.ByteStream;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.protocol.Port;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A way to a port of the instance, whichever of its addresses it is bound to. */
final class Tunnel {
  private static final String PROTOCOL = "berth-tunnel";

  /** Within one machine: a listener with a full queue, not a slow network. */
  private static final int CONNECT_MILLIS = 2000;

  private Tunnel() {}

  static Response open(Request request) throws IOException {
    var port =
        Port.parse(request.variable("port"))
            .orElseThrow(() ->
                new Problem.Invalid(
                    "That is no port of a workspace.",
                    "Use a number from 1 to 65535 that is not Berth's own."));
    if (!request.header("upgrade").orElse("").equalsIgnoreCase(PROTOCOL)) {
      return Response.empty(426).with("upgrade", PROTOCOL);
    }
    for (var address : addresses()) {
      var socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, port.number()), CONNECT_MILLIS);
        socket.setTcpNoDelay(true);
        return new Response.Upgraded(PROTOCOL, stream -> forward(stream, socket));
      } catch (IOException _) {
        socket.close(); // the next address
      }
    }
    return Views.answer(
        502,
        Views.error(
            "unavailable",
            "Nothing listens on port %d of the workspace.".formatted(port.number()),
            "Start the program that serves it, then try again."));
  }

  private static List<InetAddress> addresses() throws IOException {
    var addresses = new ArrayList<InetAddress>();
    addresses.add(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    var six = new byte[16];
    six[15] = 1;
    addresses.add(InetAddress.getByAddress(six));
    NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && address instanceof Inet4Address)
        .limit(1)
        .forEach(addresses::add);
    return addresses;
  }

  private static void forward(ByteStream stream, Socket socket)
      throws IOException, InterruptedException {
    try (socket) {
      var back = Thread.ofVirtual().name("tunnel").start(() -> back(socket, stream));
      var to = socket.getOutputStream();
      for (var bytes = stream.read(); bytes.length > 0; bytes = stream.read()) to.write(bytes);
      socket.shutdownOutput();
      back.join();
    }
  }

  private static void back(Socket socket, ByteStream stream) {
    var bytes = new byte[16 * 1024];
    try {
      var from = socket.getInputStream();
      for (int n; (n = from.read(bytes)) >= 0; ) stream.write(bytes, 0, n);
      stream.endOutput();
    } catch (IOException | InterruptedException _) {
      // One side is gone; the other is closed by whoever waits for it.
    }
  }
}
