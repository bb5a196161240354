package dev.berth.gateway.route;

import dev.berth.protocol.Port;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.route.Route;
import dev.berth.protocol.route.RouteEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How each workspace is reached, as control last said it. Any thread may ask. */
public final class RouteTable {
  private volatile Map<WorkspaceId, Route> routes = new ConcurrentHashMap<>();
  private volatile Set<WorkspaceId> unseen = ConcurrentHashMap.newKeySet();
  private final Map<UserId, List<String>> sshKeys = new ConcurrentHashMap<>();
  private final CountDownLatch known = new CountDownLatch(1);

  /** Takes one event; calls come one after the other. */
  public void apply(RouteEvent event) {
    switch (event) {
      case RouteEvent.All(var all, var notAsked) -> {
        var next = new HashMap<WorkspaceId, Route>();
        for (var route : all) next.put(route.workspace(), route);
        for (var one : notAsked) {
          next.computeIfPresent(one, (_, now) -> find(one).map(old -> where(old, now)).orElse(now));
        }
        unseen = ConcurrentHashMap.newKeySet();
        unseen.addAll(notAsked);
        routes = new ConcurrentHashMap<>(next);
        known.countDown();
      }
      case RouteEvent.Changed(var route) -> {
        routes.put(route.workspace(), route);
        unseen.remove(route.workspace());
      }
      case RouteEvent.Gone(var workspace) -> {
        routes.remove(workspace);
        unseen.remove(workspace);
      }
      case RouteEvent.SshKeys(var user, var keys) -> sshKeys.put(user, keys);
      case RouteEvent.SessionEnded _ -> {}
    }
  }

  /** Where its instance is holds on; whose it is and who may enter is as it is said now. */
  private static Route where(Route before, Route now) {
    if (before.running().isEmpty()) return now;
    return new Route(now.workspace(), now.owner(), before.running(), false, now.ports());
  }

  /** The route of a workspace; empty for one that is not known. */
  public Optional<Route> find(WorkspaceId workspace) {
    return Optional.ofNullable(routes.get(workspace));
  }

  /** Whether a workspace runs and control has not said yet where. */
  public boolean isUnseen(WorkspaceId workspace) {
    return unseen.contains(workspace);
  }

  /** Whether there is any such workspace. */
  public boolean hasUnseen() {
    return !unseen.isEmpty();
  }

  /** The SSH keys of a user, type and base64 each; none for one that is not known. */
  public List<String> sshKeys(UserId user) {
    return sshKeys.getOrDefault(user, List.of());
  }

  /** How many workspaces run, as far as control told. */
  public int running() {
    return (int) routes.values().stream().filter(route -> route.running().isPresent()).count();
  }

  /** Whether control has told the whole table at least once. */
  public boolean known() {
    return known.getCount() == 0;
  }

  /** Waits until it has, at most {@code longest}. */
  public void awaitKnown(Duration longest) throws InterruptedException {
    var _ = known.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What is said of {@code port}: by the narrowest range that names it, of two the later one. */
  public static Optional<PortPlan> plan(Route route, Port port) {
    PortPlan found = null;
    for (var plan : route.ports()) {
      if (!plan.covers(port.number())) continue;
      if (found == null || plan.last() - plan.first() <= found.last() - found.first()) found = plan;
    }
    return Optional.ofNullable(found);
  }
}
