package dev.berth.protocol.route;

import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.PortPlan;
import java.util.List;
import java.util.Optional;

/**
 * How one workspace is reached, and by whom.
 *
 * @param owner who may enter its private doors
 * @param running where its instance is; empty while none runs
 * @param starting whether none runs yet, but one is on its way
 * @param ports what is known of ports; one that is not named is private and speaks plain HTTP
 */
public record Route(
    WorkspaceId workspace,
    UserId owner,
    Optional<Upstream> running,
    boolean starting,
    List<PortPlan> ports) {
  public Route {
    ports = List.copyOf(ports);
  }

  /**
   * A running instance.
   *
   * @param token opens its supervisor, which the gateway shows as {@code Authorization: Bearer};
   *     also the owner token that a caller without a browser may bring
   * @param editor the port of the instance where its browser editor serves, once it does
   */
  public record Upstream(
      InstanceId instance, Endpoint supervisor, String token, Optional<Integer> editor) {}
}
