package dev.berth.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.json.Json;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import dev.berth.protocol.inside.PortPlan.Visibility;
import dev.berth.protocol.route.Route;
import dev.berth.protocol.route.RouteEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RoundTripTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456Z");

  @Test
  void a_status_comes_out_as_it_went_in() {
    var status =
        new InstanceStatus(
            new ContentState.Failed("what \"x\"", "remedy"),
            List.of(new StartStep("boot", NOON, Optional.empty(), "")),
            List.of(new InstanceStatus.TaskState(0, "Web", "t1", false, Optional.of(3))),
            List.of(new InstanceStatus.ServedPort(8080, true)),
            Optional.of(new InstanceStatus.EditorState.Ready(23000)),
            Optional.of(NOON),
            Optional.empty(),
            List.of(Notice.error("notice"), Notice.information("another")),
            new LiveDefinition.Unreadable(
                ".gitpod.yml",
                new LiveDefinition.Changed(".gitpod.yml", List.of(), List.of()),
                List.of(new LiveDefinition.Found(Severity.ERROR, 1, 2, "what", "remedy"))));

    assertThat(Json.read(Json.bytes(status), InstanceStatus.class)).isEqualTo(status);
  }

  @Test
  void a_route_event_comes_out_as_it_went_in() {
    var port =
        new PortPlan(
            3000,
            3999,
            OnOpen.OPEN_PREVIEW,
            Visibility.PUBLIC,
            true,
            Optional.of("web"),
            Optional.empty());
    var upstream =
        new Route.Upstream(
            InstanceId.create(), new Endpoint("10.0.0.2", 22999), "token", Optional.of(23000));
    RouteEvent event =
        new RouteEvent.Changed(
            new Route(
                WorkspaceId.create("octo", "hello"),
                UserId.create(),
                Optional.of(upstream),
                false,
                List.of(port)));

    assertThat(Json.read(Json.write(event), RouteEvent.class)).isEqualTo(event);
    assertThat(Json.write(new Intent.Stop("why"))).isEqualTo("{\"kind\":\"stop\",\"why\":\"why\"}");
  }
}
