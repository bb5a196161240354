package dev.berth.gateway.access;

import dev.berth.protocol.route.RouteEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The dashboard sessions whose cookies open nothing any more. Any thread may ask. */
public final class EndedSessions {
  /**
   * At 60 bytes each this is 6 MB; a thousand users who log out thrice a day fill it in a month.
   */
  private static final int MOST = 100_000;

  private final Set<String> ended = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();

  /** Takes one event of the route stream; calls come one after the other. */
  public void apply(RouteEvent event) {
    if (!(event instanceof RouteEvent.SessionEnded(var session)) || !ended.add(session)) return;
    order.add(session);
    if (ended.size() > MOST) {
      var oldest = order.poll();
      if (oldest != null) ended.remove(oldest);
    }
  }

  boolean contains(String session) {
    return ended.contains(session);
  }
}
