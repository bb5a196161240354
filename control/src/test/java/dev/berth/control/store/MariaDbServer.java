package dev.berth.control.store;

import dev.berth.base.http.FreePorts;
import dev.berth.base.process.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A real MariaDB server in a folder of its own, from the distribution's mariadb-server. */
public final class MariaDbServer implements AutoCloseable {
  private final Process process;
  private final int port;

  private MariaDbServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one that has an empty database. */
  public static MariaDbServer start(Path folder) throws IOException, InterruptedException {
    var data = folder.resolve("data");
    Command.of(
            "mariadb-install-db",
            "--no-defaults",
            "--user=root",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--datadir=" + data)
        .within(Duration.ofSeconds(60))
        .orProblem("Install the package mariadb-server; .ci/run does.");
    int port = FreePorts.next();
    var process =
        new ProcessBuilder(
                "mariadbd",
                "--no-defaults",
                "--user=root",
                "--datadir=" + data,
                "--socket=" + folder.resolve("socket"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--innodb-buffer-pool-size=32M")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    var server = new MariaDbServer(process, port);
    var socket = folder.resolve("socket");
    // The socket lies there a moment before it takes connections.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(socket) && asRoot(socket, "SELECT 1").run().ok());
    asRoot(
            socket,
            "CREATE DATABASE berth CHARACTER SET utf8mb4; CREATE USER berth@'127.0.0.1' IDENTIFIED BY"
                + " 'secret'; GRANT ALL ON berth.* TO berth@'127.0.0.1'")
        .orProblem("Look at the server's log in " + folder + ".");
    return server;
  }

  private static Command asRoot(Path socket, String statements) {
    return Command.of(
        "mariadb", "--no-defaults", "--user=root", "--socket=" + socket, "-e", statements);
  }

  /** The database's address; its user is berth, the password secret. */
  public String url() {
    return urlAt(port);
  }

  /** The same by a proxy at this port of loopback. */
  public static String urlAt(int port) {
    return "jdbc:mariadb://127.0.0.1:%d/berth".formatted(port);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  Database open() {
    return Database.server(url(), "berth", "secret");
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
