package dev.berth.protocol.api;

import java.time.Instant;

/** A login at a git host; its token is never shown. */
public record GitLoginView(String id, String origin, String user, Instant since) {}
