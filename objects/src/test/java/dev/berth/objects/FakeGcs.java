package dev.berth.objects;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The fake-gcs-server, with all in memory. It is no server of Google's: it lets everybody in, looks
 * at no signature and no checksum, and keeps to the condition that a name be free where an object
 * comes in one request only.
 */
public final class FakeGcs implements AutoCloseable {
  private final Process process;
  private final int port;

  private FakeGcs(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one, fetching its program where this machine has not got it; it has no bucket. */
  public static FakeGcs start(Path folder) throws IOException, InterruptedException {
    var program = TestStores.install("fake-gcs");
    int port = TestStores.freePorts(1).getFirst();
    var argv =
        List.of(
            program,
            "-backend=memory",
            "-scheme=http",
            "-host=127.0.0.1",
            "-port=" + port,
            "-public-host=127.0.0.1:" + port,
            "-log-level=warn");
    var server = new FakeGcs(TestStores.start(folder, argv), port);
    try {
      TestStores.awaitHttp(server.process, server.endpoint(), folder, Optional.empty());
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
