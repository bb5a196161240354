package dev.berth.supervisor.ssh;

import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.process.Processes;
import java.nio.file.Path;

/** What the gateway asks for an SSH client: docs/formats/api/supervisor.md. */
public final class SshRoutes {
  /** Beside the Java runtime in the tree that is mounted at /.supervisor. */
  private static final Path TOOLS = Path.of(System.getProperty("java.home")).resolveSibling("bin");

  private final WorkspaceUser user;
  private final Sessions sessions;
  private final Listeners listeners;

  public SshRoutes(WorkspaceUser user, Processes processes) {
    this.user = user;
    this.sessions = new Sessions(user, processes, TOOLS);
    this.listeners = new Listeners(user.identity());
  }

  /** Adds the routes below {@code root}, which ends with a slash. */
  public void addTo(Router router, String root) {
    router
        .on(
            "GET",
            root + "ssh/session",
            _ -> new Response.Upgraded(Listeners.PROTOCOL, sessions::serve))
        .on("GET", root + "ssh/connect", this::connect)
        .on("GET", root + "ssh/listen", listeners::listen)
        .on("GET", root + "ssh/came/{id}", listeners::fetch);
  }

  private Response connect(Request request) throws InterruptedException {
    var socket = Destination.of(request).connect(user.identity());
    return new Response.Upgraded(Listeners.PROTOCOL, stream -> Sockets.join(stream, socket));
  }
}
