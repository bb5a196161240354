package dev.berth.node.pod;

import dev.berth.base.Problem;
import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * What is asked of a pod's content container: whether the files are there, and a save now. Whoever
 * reaches the pod may ask, as the workspace itself may, whose own files these are: what comes of it
 * is a save that would have come soon.
 */
public final class PodDoor implements AutoCloseable {
  /** Where it listens in its pod. */
  public static final int PORT = 22998;

  static final String RESTORED = "/restored";
  static final String STATUS = "/status";
  static final String SAVE = "/save";

  private final HttpServer server;

  private PodDoor(HttpServer server) {
    this.server = server;
  }

  /**
   * What it knows.
   *
   * @param restored whether the files are there
   * @param saved when the last save began that came to its end
   * @param trouble what does not work, for people
   */
  public record Status(boolean restored, Optional<Instant> saved, Optional<String> trouble) {}

  /** A moment that can be gone back to; empty where there are no files. */
  public record Saved(Optional<String> point) {}

  /** Answers from now on. */
  public static PodDoor open(InetSocketAddress address, PodContent content) {
    var routes =
        new Router()
            .on("GET", RESTORED, _ -> restored(content))
            .on("GET", STATUS, _ -> Response.json(200, status(content.state())))
            .on("POST", SAVE, _ -> Response.json(200, saved(content)));
    return new PodDoor(HttpServer.open(address, HttpServer.Limits.DEFAULT, routes));
  }

  private static Saved saved(PodContent content) throws IOException, InterruptedException {
    var point = content.save();
    if (content.state() instanceof PodContent.State.Superseded(var by, _)) {
      throw new Problem.Conflict(
          "The workspace runs elsewhere, as %s.".formatted(by), "Ask there.");
    }
    return new Saved(point);
  }

  /** Asked by the kubelet before it starts the workspace. */
  private static Response restored(PodContent content) {
    boolean there = !(content.state() instanceof PodContent.State.Restoring);
    return Response.text(there ? 200 : 503, there ? "yes\n" : "not yet\n");
  }

  private static Status status(PodContent.State state) {
    return switch (state) {
      case PodContent.State.Restoring(var trouble) -> new Status(false, Optional.empty(), trouble);
      case PodContent.State.Serving(var saved, var trouble) -> new Status(true, saved, trouble);
      case PodContent.State.Superseded(var by, _) ->
          new Status(
              true,
              Optional.empty(),
              Optional.of("The workspace runs elsewhere, as %s.".formatted(by)));
    };
  }

  InetSocketAddress address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
  }
}
