package dev.berth.registry.pull;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user of a registry and what proves it: a password or an access token. */
public record Login(String user, String secret) {
  /** Without the secret: records are printed by accident. */
  @Override
  public String toString() {
    return "Login[user=" + user + "]";
  }

  String basic() {
    var pair = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }
}
