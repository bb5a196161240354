package dev.berth.gateway.control;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Who a gateway is, for people.
 *
 * @param name of its machine or pod
 * @param version of its program
 */
public record GatewayName(String name, String version) {
  /** As a part of a URL. */
  String query() {
    return "gateway=%s&version=%s"
        .formatted(
            URLEncoder.encode(name, StandardCharsets.UTF_8),
            URLEncoder.encode(version, StandardCharsets.UTF_8));
  }
}
