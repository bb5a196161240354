package dev.berth.gateway.ssh;

import dev.berth.base.Problem;
import dev.berth.gateway.activity.ActivityLog;
import dev.berth.gateway.inside.Inside;
import dev.berth.gateway.route.RouteTable;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.route.Route;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;

/** A client that was let in at a workspace, and what it has open there beside its channels. */
final class Visit implements AutoCloseable {
  private static final AttributeKey<Visit> KEY = new AttributeKey<>();

  /** Global requests that wait for their turn; a client has a few forwards. */
  private static final int REQUESTS_MAX = 256;

  /** More than any program needs, and few enough for the instance. */
  private static final int LISTENERS_MAX = 64;

  private final ServerSession session;
  private final WorkspaceId workspace;
  private final RouteTable routes;
  private final ActivityLog activity;
  private final String dashboard;

  /** The one that ran when the client was let in. */
  private final Optional<InstanceId> instance;

  private final ThreadPoolExecutor requests =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(REQUESTS_MAX),
          Thread.ofVirtual().name("ssh-requests").factory());
  private final Map<String, RemoteListener> listeners = new HashMap<>();
  private boolean closed;
  private @Nullable RemoteListener agent;

  Visit(
      ServerSession session,
      WorkspaceId workspace,
      RouteTable routes,
      ActivityLog activity,
      String dashboard) {
    this.session = session;
    this.workspace = workspace;
    this.routes = routes;
    this.activity = activity;
    this.dashboard = dashboard;
    this.instance = running().map(Route.Upstream::instance);
    requests.allowCoreThreadTimeOut(true);
    session.setAttribute(KEY, this);
  }

  /** That of a session; empty before its client is let in. */
  static Optional<Visit> of(Session session) {
    return Optional.ofNullable(session.getAttribute(KEY));
  }

  /** That of a session whose client was let in. */
  static Visit required(Session session) {
    return of(session).orElseThrow(() -> new IllegalStateException("nobody was let in"));
  }

  WorkspaceId workspace() {
    return workspace;
  }

  ServerSession session() {
    return session;
  }

  private Optional<Route.Upstream> running() {
    return routes.find(workspace).flatMap(Route::running);
  }

  /** Whether the instance that the client came to is gone. */
  boolean isOver() {
    return instance.isPresent() && !instance.equals(running().map(Route.Upstream::instance));
  }

  /**
   * Opens a connection to the instance's supervisor: {@code call} is a path below its {@code ssh/}.
   */
  Inside open(String call) throws IOException {
    used();
    var upstream =
        running()
            .orElseThrow(() ->
                new Problem.Conflict(
                    "The workspace %s is not running.".formatted(workspace),
                    "Start it with `berth start %s` or at %s.".formatted(workspace, dashboard)));
    return Inside.open(upstream, "/_supervisor/v1/ssh/" + call, "berth-ssh");
  }

  /** The client did something. */
  void used() {
    activity.note(workspace);
  }

  /** Does {@code work} after all that was given before: replies must keep the requests' order. */
  void inOrder(Runnable work) {
    requests.execute(work);
  }

  /** Keeps {@code listener} under {@code name} until it is taken or the client is gone. */
  synchronized void keep(String name, RemoteListener listener) {
    if (closed || listeners.size() >= LISTENERS_MAX || listeners.containsKey(name)) {
      listener.close();
      throw new Problem.Conflict("It cannot be listened there again.", "Cancel the one before.");
    }
    listeners.put(name, listener);
  }

  synchronized Optional<RemoteListener> take(String name) {
    return Optional.ofNullable(listeners.remove(name));
  }

  /** The path inside at which programs reach the client's own agent. */
  synchronized String agentPath() throws IOException {
    if (closed) throw new IOException("the client is gone");
    var there = agent;
    if (there == null) {
      there = RemoteListener.forAgent(this);
      agent = there;
    }
    return there.bound();
  }

  @Override
  public synchronized void close() {
    closed = true;
    requests.shutdownNow();
    listeners.values().forEach(RemoteListener::close);
    listeners.clear();
    if (agent != null) agent.close();
  }
}
