package dev.berth.gateway.access;

import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.RouteTable;
import dev.berth.gateway.route.WorkspaceHost;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.route.Pass;
import dev.berth.protocol.route.Route;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Optional;

/**
 * Decides who passes. Looks at what is known now and at nothing that was decided before, so that
 * the same question, asked again after a change, tells whether an open connection may stay.
 */
public final class Doorkeeper {
  private final RouteTable routes;
  private final EndedSessions ended;
  private final Addresses addresses;
  private final Clock clock;

  public Doorkeeper(RouteTable routes, EndedSessions ended, Addresses addresses, Clock clock) {
    this.routes = routes;
    this.ended = ended;
    this.addresses = addresses;
    this.clock = clock;
  }

  /** What {@code visitor} gets at {@code host}. */
  public Access decide(WorkspaceHost.Inside host, Visitor visitor) {
    if (!routes.known()) return new Access.NotYetKnown();
    var pass = visitor.pass().filter(p -> valid(p, host));
    var found = routes.find(host.workspace());
    if (found.isEmpty()) return unknown(pass, visitor);
    var route = found.get();
    boolean owner = pass.isPresent() && pass.get().user().equals(route.owner());
    if (route.running().isEmpty()) {
      if (!owner) return unknown(pass, visitor);
      return routes.isUnseen(route.workspace())
          ? new Access.NotYetKnown()
          : new Access.Asleep(route.workspace(), route.starting());
    }
    var upstream = route.running().get();
    if (owner) return new Access.Allowed(route, upstream, Access.By.COOKIE);
    if (visitor.ownerToken().isPresent() && same(visitor.ownerToken().get(), upstream.token())) {
      return new Access.Allowed(route, upstream, Access.By.TOKEN);
    }
    if (isPublic(route, upstream, host))
      return new Access.Allowed(route, upstream, Access.By.PUBLIC);
    return unknown(pass, visitor);
  }

  /** Whether the pass of a code that was just redeemed belongs to the owner of {@code host}. */
  public boolean mayEnter(WorkspaceHost.Inside host, Pass pass) {
    return valid(pass, host)
        && routes.find(host.workspace()).filter(r -> r.owner().equals(pass.user())).isPresent();
  }

  /**
   * The same for what does not exist and for what is another's; also for a token while there are
   * instances whose tokens are not known yet.
   */
  private Access unknown(Optional<Pass> pass, Visitor visitor) {
    if (pass.isEmpty() && visitor.ownerToken().isPresent() && routes.hasUnseen()) {
      return new Access.NotYetKnown();
    }
    return pass.isPresent() ? new Access.Hidden() : new Access.LoginFirst();
  }

  private boolean valid(Pass pass, WorkspaceHost.Inside host) {
    return pass.expires().isAfter(clock.instant())
        && !ended.contains(pass.session())
        && pass.host().equals(addresses.name(host));
  }

  /** Never the editor's port, whatever a repository wrote: behind it is a shell. */
  private static boolean isPublic(Route route, Route.Upstream upstream, WorkspaceHost.Inside host) {
    return host instanceof WorkspaceHost.OfPort(_, var port)
        && upstream.editor().filter(editor -> editor == port.number()).isEmpty()
        && RouteTable.plan(route, port)
            .filter(plan -> plan.visibility() == PortPlan.Visibility.PUBLIC)
            .isPresent();
  }

  private static boolean same(String shown, String right) {
    return MessageDigest.isEqual(
        shown.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  }
}
