package dev.berth.gateway.access;

import dev.berth.protocol.route.Pass;
import java.util.Optional;

/**
 * What a visitor brought.
 *
 * @param pass of a cookie that we signed; may be expired, ended or of another host
 * @param ownerToken the header {@code x-gitpod-owner-token}
 */
public record Visitor(Optional<Pass> pass, Optional<String> ownerToken) {
  public static final Visitor STRANGER = new Visitor(Optional.empty(), Optional.empty());
}
