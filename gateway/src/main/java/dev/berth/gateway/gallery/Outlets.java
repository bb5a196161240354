package dev.berth.gateway.gallery;

import dev.berth.base.Problem;
import dev.berth.gateway.inside.Inside;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.Outlet;
import dev.berth.protocol.route.Route;
import dev.berth.protocol.route.RouteEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's end of each instance's outlet: a connection that waits there for a program to come,
 * and is then joined to the {@link Gallery}, while the next one waits. So instances, which reach no
 * address of this machine, reach this one server, and nothing else.
 */
public final class Outlets implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Outlets.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** Of one instance at once; VS Code's server asks on fewer than ten connections. */
  private static final int CARRIED_MAX = 32;

  private static final int BUFFER_BYTES = 64 << 10;

  private final InetSocketAddress gallery;
  private final Askers askers;

  /** Guarded by this. */
  private final Map<WorkspaceId, End> ends = new HashMap<>();

  private boolean closed;

  /** Those of {@code gallery}. */
  public Outlets(Gallery gallery) {
    this.gallery = gallery.address();
    this.askers = gallery.askers();
  }

  /** Takes one event of control's; calls come one after the other. */
  public synchronized void apply(RouteEvent event) {
    if (closed) return;
    switch (event) {
      case RouteEvent.All(var routes, var unseen) -> {
        var there = routes.stream().map(Route::workspace).collect(Collectors.toSet());
        for (var gone : Set.copyOf(ends.keySet())) if (!there.contains(gone)) end(gone);
        for (var route : routes) if (!unseen.contains(route.workspace())) follow(route);
      }
      case RouteEvent.Changed(var route) -> follow(route);
      case RouteEvent.Gone(var workspace) -> end(workspace);
      case RouteEvent.SessionEnded _, RouteEvent.SshKeys _ -> {}
    }
  }

  private void follow(Route route) {
    var before = Optional.ofNullable(ends.get(route.workspace()));
    if (route.running().isEmpty()) {
      end(route.workspace());
    } else if (before.isEmpty() || !before.get().isOf(route.running().get())) {
      end(route.workspace());
      var end = new End(route.running().get(), askers.of(route.owner()));
      ends.put(route.workspace(), end);
      end.waiting.start();
    }
  }

  private void end(WorkspaceId workspace) {
    var end = ends.remove(workspace);
    if (end != null) end.close();
  }

  /** That of one instance. */
  private final class End {
    private final Route.Upstream instance;
    private final InetAddress from;
    private final Semaphore places = new Semaphore(CARRIED_MAX);
    private final Thread waiting = Thread.ofVirtual().name("outlet").unstarted(this::run);

    /**
     * @param from tells the gallery who asks
     */
    End(Route.Upstream instance, InetAddress from) {
      this.instance = instance;
      this.from = from;
    }

    /** A route changes when an editor is ready; the instance is the same. */
    boolean isOf(Route.Upstream other) {
      return instance.instance().equals(other.instance())
          && instance.supervisor().equals(other.supervisor());
    }

    private void run() {
      var pause = FIRST_PAUSE;
      try {
        while (true) {
          places.acquire();
          if (offer()) {
            pause = FIRST_PAUSE;
          } else {
            places.release();
            Thread.sleep(pause);
            var next = pause.multipliedBy(2);
            pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
          }
        }
      } catch (InterruptedException _) {
        // The instance ended, or the gateway does.
      }
    }

    /**
     * Waits for one who comes, and lets him be carried; false where the instance does not offer.
     */
    private boolean offer() {
      try {
        var inside = Inside.open(instance, Outlet.PATH, Outlet.PROTOCOL);
        try {
          int first = inside.in().read(); // an interrupt closes the socket
          if (first < 0) throw new IOException("the instance hung up");
          Thread.ofVirtual().name("outlet-carry").start(() -> carry(inside, first));
          return true;
        } catch (IOException | RuntimeException e) {
          inside.close();
          throw e;
        }
      } catch (IOException | Problem e) {
        LOG.debug("No outlet in {}: {}", instance.instance(), e.getMessage());
        return false;
      }
    }

    private void carry(Inside inside, int first) {
      try (inside;
          var socket = new Socket()) {
        socket.setTcpNoDelay(true);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(gallery);
        socket.getOutputStream().write(first);
        var back = Thread.ofVirtual().name("outlet-back").start(() -> back(socket, inside));
        copy(inside.in(), socket.getOutputStream());
        socket.shutdownOutput();
        back.join();
      } catch (IOException | InterruptedException e) {
        LOG.debug("Nobody could be carried out of {}: {}", instance.instance(), e.getMessage());
      } finally {
        places.release();
      }
    }

    private static void back(Socket socket, Inside inside) {
      try {
        copy(socket.getInputStream(), inside.out());
        inside.endOutput();
      } catch (IOException _) {
        inside.close(); // and with it the other direction
      }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
      var bytes = new byte[BUFFER_BYTES];
      for (int n; (n = from.read(bytes)) >= 0; ) to.write(bytes, 0, n);
    }

    void close() {
      waiting.interrupt();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    ends.values().forEach(End::close);
    ends.clear();
  }
}
