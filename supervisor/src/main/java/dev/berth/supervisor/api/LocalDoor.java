package dev.berth.supervisor.api;

import dev.berth.base.http.Handler;
import dev.berth.base.http.HttpServer;
import dev.berth.supervisor.boot.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * The API for the user's own processes, without a token: a socket of the instance that its user
 * (and the instance's root) may connect to, and no other account.
 */
public final class LocalDoor implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LocalDoor.class.getName());

  private final HttpServer server;

  private LocalDoor(HttpServer server) {
    this.server = server;
  }

  /** Listens at the first of {@code sockets} that can be made; empty where none can. */
  public static Optional<LocalDoor> open(List<Path> sockets, Handler handler) {
    for (var socket : sockets) {
      try {
        return Optional.of(open(socket, handler));
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "no local door at " + socket, e);
      }
    }
    return Optional.empty();
  }

  /** The folder is shut until the socket has its rights, so that nobody slips in before. */
  private static LocalDoor open(Path socket, Handler handler) throws IOException {
    var folder = socket.resolveSibling("");
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) Files.deleteIfExists(folder);
    Files.createDirectories(folder);
    Files.setAttribute(folder, "unix:uid", 0);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    var server = HttpServer.openLocal(socket, Api.LIMITS, handler);
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    Account.own(socket);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new LocalDoor(server);
  }

  @Override
  public void close() {
    server.close();
  }
}
