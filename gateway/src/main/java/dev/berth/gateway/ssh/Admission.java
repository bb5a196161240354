package dev.berth.gateway.ssh;

import dev.berth.gateway.route.RouteTable;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.route.Route;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * Who gets in at which workspace. An unknown workspace and a wrong key are answered alike and after
 * the same work.
 */
final class Admission {
  /** In the place of what an unknown workspace would have. */
  private static final UserId NOBODY = new UserId("00000000-0000-0000-0000-000000000000");

  private static final String NO_TOKEN = "0".repeat(43);

  private final RouteTable routes;

  Admission(RouteTable routes) {
    this.routes = routes;
  }

  /**
   * The user name of a client.
   *
   * @param token where the client gives it here, behind a number sign (gitpod-classic 6.3)
   */
  record UserName(WorkspaceId workspace, Optional<String> token) {
    /** The one that {@code text} is; empty for anything else. */
    static Optional<UserName> parse(String text) {
      int sign = text.indexOf('#');
      if (sign < 0) return WorkspaceId.parse(text).map(id -> new UserName(id, Optional.empty()));
      return WorkspaceId.parse(text.substring(0, sign))
          .map(id -> new UserName(id, Optional.of(text.substring(sign + 1))));
    }
  }

  /** Whether {@code key}, type and base64, is one of the owner's. */
  boolean byKey(String userName, String key) {
    var owner = route(userName).map(Route::owner);
    var known = routes.sshKeys(owner.orElse(NOBODY));
    return owner.isPresent() && contains(known, key);
  }

  /** Whether {@code token} is that of the workspace's running instance. */
  boolean byToken(String userName, String token) {
    var instance = route(userName).flatMap(Route::running);
    var right = instance.map(Route.Upstream::token).orElse(NO_TOKEN);
    return same(right, token) && instance.isPresent();
  }

  /** The same where the token stands in the name; whatever else the client shows is as good. */
  boolean byName(String userName) {
    return UserName.parse(userName)
        .flatMap(UserName::token)
        .filter(token -> byToken(userName, token))
        .isPresent();
  }

  private Optional<Route> route(String userName) {
    return UserName.parse(userName).flatMap(name -> routes.find(name.workspace()));
  }

  private static boolean contains(List<String> known, String key) {
    boolean found = false;
    for (var one : known) found |= same(one, key);
    return found;
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
