package dev.berth.protocol.api;

import java.time.Instant;

/** An address that logs a browser in, once, until it expires. */
public record LoginLink(String url, Instant expiresAt) {}
