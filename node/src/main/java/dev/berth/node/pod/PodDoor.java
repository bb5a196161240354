package dev.berth.node.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.base.Problem;
import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.protocol.ToldNotices;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of a pod's content container: whether the files are there, which a kubelet asks,
 * and with the instance's token how it is, and a save now.
 */
public final class PodDoor implements AutoCloseable {
  /** Where it listens in its pod. */
  public static final int PORT = 22998;

  /** It is asked every half minute, and tries every few seconds at most. */
  public static final int MOST_DEEDS = 64;

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
   * @param told what its owner should know of what was restored
   * @param deeds its last saves and restores, the newest last
   */
  public record Status(
      boolean restored,
      Optional<Instant> saved,
      Optional<String> trouble,
      @JsonUnwrapped ToldNotices told,
      List<Deed> deeds) {
    public Status {
      deeds = deeds == null ? List.of() : List.copyOf(deeds); // a pod of an older version
    }
  }

  /** A moment that can be gone back to; empty where there are no files. */
  public record Saved(Optional<String> point) {}

  /** Answers from now on. */
  public static PodDoor open(InetSocketAddress address, PodContent content) {
    var routes =
        new Router()
            .on("GET", RESTORED, _ -> restored(content))
            .on("GET", STATUS, request -> passed(content, request, () -> status(content)))
            .on("POST", SAVE, request -> passed(content, request, () -> saved(content)));
    return new PodDoor(HttpServer.open(address, HttpServer.Limits.DEFAULT, routes));
  }

  private interface Answer {
    Object get() throws IOException, InterruptedException;
  }

  private static Response passed(PodContent content, Request request, Answer answer)
      throws IOException, InterruptedException {
    if (request.bearer().filter(content::isToken).isEmpty()) {
      throw new Problem.Refused(
          "The request does not bring the instance's token.", "Send it as Authorization: Bearer.");
    }
    return Response.json(200, answer.get());
  }

  private static Saved saved(PodContent content) throws IOException, InterruptedException {
    var point = content.save();
    if (content.state() instanceof PodContent.State.Superseded(var by, _)) {
      throw new Problem.Conflict(
          "The workspace runs elsewhere, as %s.".formatted(by), "Ask there.");
    }
    if (content.state() instanceof PodContent.State.Forgotten) {
      throw new Problem.Conflict("The workspace was deleted.", "Nothing of it is saved any more.");
    }
    return new Saved(point);
  }

  /** Asked by the kubelet before it starts the workspace. */
  private static Response restored(PodContent content) {
    boolean there = !(content.state() instanceof PodContent.State.Restoring);
    return Response.text(there ? 200 : 503, there ? "yes\n" : "not yet\n");
  }

  private static Status status(PodContent content) {
    var notices = ToldNotices.of(content.notices());
    var deeds = content.deeds();
    return switch (content.state()) {
      case PodContent.State.Restoring(var trouble) ->
          new Status(false, Optional.empty(), trouble, notices, deeds);
      case PodContent.State.Serving(var saved, var trouble) ->
          new Status(true, saved, trouble, notices, deeds);
      case PodContent.State.Superseded(var by, _) ->
          over("The workspace runs elsewhere, as %s.".formatted(by));
      case PodContent.State.Forgotten _ -> over("The workspace was deleted.");
    };
  }

  private static Status over(String why) {
    return new Status(true, Optional.empty(), Optional.of(why), ToldNotices.NONE, List.of());
  }

  InetSocketAddress address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
  }
}
