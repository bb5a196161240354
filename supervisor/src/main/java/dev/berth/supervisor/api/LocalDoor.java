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

  /** Of these the first that can be written; the other is in memory, in every instance. */
  public static final List<Path> FOLDERS =
      List.of(Path.of("/run/berth"), Path.of("/dev/shm/berth"));

  private static final String NAME = "supervisor.sock";

  private final HttpServer server;
  private final Path socket;

  private LocalDoor(HttpServer server, Path socket) {
    this.server = server;
    this.socket = socket;
  }

  /** Listens in the first of {@code folders} that can be written; empty where none can. */
  public static Optional<LocalDoor> open(List<Path> folders, Handler handler) {
    for (var folder : folders) {
      try {
        return Optional.of(open(folder, handler));
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "no local door in " + folder, e);
      }
    }
    return Optional.empty();
  }

  /** The folder is shut until the socket has its rights, so that nobody slips in before. */
  private static LocalDoor open(Path folder, Handler handler) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) Files.deleteIfExists(folder);
    Files.createDirectories(folder);
    Files.setAttribute(folder, "unix:uid", 0);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    var socket = folder.resolve(NAME);
    var server = HttpServer.openLocal(socket, Api.LIMITS, handler);
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    Account.own(socket);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new LocalDoor(server, socket);
  }

  /** Where it is. */
  public Path socket() {
    return socket;
  }

  @Override
  public void close() {
    server.close();
  }
}
