package dev.berth.protocol.api;

/**
 * Asks that a login be kept, in the place of the one for the same host.
 *
 * @param host its name, perhaps with a port; {@code http://} before it for one without TLS
 */
public record GitLoginChange(String host, String user, String token) {}
