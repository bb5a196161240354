package dev.berth.gateway.http;

import java.util.Locale;

/** Cookies that a workspace sets. */
final class SetCookies {
  private SetCookies() {}

  /**
   * {@code cookie} without its Domain: a workspace's host has no hosts below it, so a Domain can
   * only name a parent, and the cookie would reach the dashboard and other people's workspaces.
   */
  static String withoutDomain(String cookie) {
    if (!cookie.toLowerCase(Locale.ROOT).contains("domain")) return cookie;
    var kept = new StringBuilder(cookie.length());
    for (var part : cookie.split(";", -1)) {
      int equals = part.indexOf('=');
      var name = (equals < 0 ? part : part.substring(0, equals)).strip();
      if (!kept.isEmpty() && name.equalsIgnoreCase("domain")) continue;
      if (!kept.isEmpty()) kept.append(';');
      kept.append(part);
    }
    return kept.toString();
  }
}
