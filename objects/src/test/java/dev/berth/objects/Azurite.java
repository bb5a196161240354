package dev.berth.objects;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Microsoft's own server of Azure's Blob Storage for tests, over TLS, with all in memory. */
public final class Azurite implements AutoCloseable {
  /** Its only account. */
  public static final String ACCOUNT = "berth";

  public static final String KEY = "bm90IGEgc2VjcmV0LCBidXQgdGhlIGtleSBvZiBhIHRlc3Q=";

  private final Process process;
  private final int port;
  private final Path authority;

  private Azurite(Process process, int port, Path authority) {
    this.process = process;
    this.port = port;
    this.authority = authority;
  }

  /** Starts one, fetching its program where this machine has not got it; it has no container. */
  public static Azurite start(Path folder) throws IOException, InterruptedException {
    var program = TestStores.install("azurite");
    TestStores.certificate(folder);
    int port = TestStores.freePorts(1).getFirst();
    var argv =
        List.of(
            "node",
            program,
            "--blobHost=127.0.0.1",
            "--blobPort=" + port,
            "--cert=" + folder.resolve("server.crt"),
            "--key=" + folder.resolve("server.key"),
            "--oauth=basic",
            "--inMemoryPersistence",
            "--disableTelemetry",
            "--silent");
    var process = TestStores.start(folder, argv, Map.of("AZURITE_ACCOUNTS", ACCOUNT + ":" + KEY));
    var server = new Azurite(process, port, folder.resolve("authority.crt"));
    try {
      TestStores.awaitHttp(process, server.endpoint(), folder, Optional.of(server.authority()));
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** Of the account. */
  public URI endpoint() {
    return URI.create("https://127.0.0.1:%d/%s".formatted(port, ACCOUNT));
  }

  /** The certificate that its own is signed by. */
  public Path authority() {
    return authority;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
