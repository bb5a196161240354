package dev.berth.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.RouteTable;
import dev.berth.gateway.route.WorkspaceHost;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Port;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.route.Pass;
import dev.berth.protocol.route.Route;
import dev.berth.protocol.route.RouteEvent;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who passes while control has not found out yet where each workspace runs. */
final class DoorkeeperTest {
  private static final UserId ANNA = UserId.create();
  private static final WorkspaceId RUNS = new WorkspaceId("octo-hello-abcdefghijk");
  private static final WorkspaceHost.Ide HOST = new WorkspaceHost.Ide(RUNS);
  private static final WorkspaceHost.Ide NOWHERE =
      new WorkspaceHost.Ide(new WorkspaceId("octo-none-abcdefghijk"));
  private static final Visitor PROGRAM = new Visitor(Optional.empty(), Optional.of("the-token"));
  private static final Visitor STRANGER = new Visitor(Optional.empty(), Optional.empty());
  private static final Route AWAY = new Route(RUNS, ANNA, Optional.empty(), false, List.of());
  private static final Route THERE =
      new Route(
          RUNS,
          ANNA,
          Optional.of(
              new Route.Upstream(
                  InstanceId.create(),
                  new Endpoint("10.0.0.2", 22999),
                  "the-token",
                  Optional.empty())),
          false,
          List.of());

  private final RouteTable routes = new RouteTable();
  private final Addresses addresses = new Addresses(URI.create("http://berth.localhost:8433"));
  private final Doorkeeper doorkeeper =
      new Doorkeeper(routes, new EndedSessions(), addresses, Clock.systemUTC());
  private final Visitor anna =
      new Visitor(
          Optional.of(new Pass(ANNA, "s", addresses.name(HOST), Instant.now().plusSeconds(60))),
          Optional.empty());

  @Test
  void a_workspace_that_nobody_was_asked_about_is_neither_asleep_nor_hidden_for_its_owner() {
    routes.apply(new RouteEvent.All(List.of(AWAY), Set.of(RUNS)));
    assertThat(doorkeeper.decide(HOST, anna)).isInstanceOf(Access.NotYetKnown.class);
    assertThat(doorkeeper.decide(HOST, PROGRAM)).isInstanceOf(Access.NotYetKnown.class);

    routes.apply(new RouteEvent.Changed(THERE));
    assertThat(doorkeeper.decide(HOST, anna)).isInstanceOf(Access.Allowed.class);
    assertThat(doorkeeper.decide(HOST, PROGRAM)).isInstanceOf(Access.Allowed.class);
  }

  @Test
  void a_stranger_cannot_tell_it_from_one_that_does_not_exist() {
    routes.apply(new RouteEvent.All(List.of(AWAY), Set.of(RUNS)));
    for (var visitor : List.of(STRANGER, PROGRAM)) {
      assertThat(doorkeeper.decide(HOST, visitor)).isEqualTo(doorkeeper.decide(NOWHERE, visitor));
    }
    routes.apply(new RouteEvent.Changed(AWAY));
    assertThat(doorkeeper.decide(NOWHERE, PROGRAM)).isInstanceOf(Access.LoginFirst.class);
    assertThat(doorkeeper.decide(HOST, anna)).isInstanceOf(Access.Asleep.class);
  }

  @Test
  void what_the_gateway_knew_before_control_started_anew_stays_open() {
    routes.apply(new RouteEvent.All(List.of(THERE), Set.of()));
    routes.apply(new RouteEvent.All(List.of(AWAY), Set.of(RUNS)));
    assertThat(doorkeeper.decide(HOST, anna)).isInstanceOf(Access.Allowed.class);

    routes.apply(new RouteEvent.Changed(AWAY));
    assertThat(doorkeeper.decide(HOST, anna)).isInstanceOf(Access.Asleep.class);
  }

  @Test
  void a_port_that_was_closed_meanwhile_is_closed_also_where_the_rest_is_as_it_was() {
    var port = new WorkspaceHost.OfPort(RUNS, new Port(3000));
    var open =
        new PortPlan(
            3000,
            3000,
            PortPlan.OnOpen.NOTIFY,
            PortPlan.Visibility.PUBLIC,
            false,
            Optional.empty(),
            Optional.empty());
    var before = new Route(RUNS, ANNA, THERE.running(), false, List.of(open));
    routes.apply(new RouteEvent.All(List.of(before), Set.of()));
    assertThat(doorkeeper.decide(port, STRANGER)).isInstanceOf(Access.Allowed.class);

    routes.apply(new RouteEvent.All(List.of(AWAY), Set.of(RUNS)));

    assertThat(doorkeeper.decide(port, STRANGER)).isNotInstanceOf(Access.Allowed.class);
    assertThat(doorkeeper.decide(HOST, anna)).isInstanceOf(Access.Allowed.class);
  }

  @Test
  void a_workspace_that_has_another_owner_now_lets_the_earlier_one_in_no_more() {
    var bob = UserId.create();
    routes.apply(new RouteEvent.All(List.of(THERE), Set.of()));

    var now = new Route(RUNS, bob, Optional.empty(), false, List.of());
    routes.apply(new RouteEvent.All(List.of(now), Set.of(RUNS)));

    assertThat(doorkeeper.decide(HOST, anna)).isNotInstanceOf(Access.Allowed.class);
  }
}
