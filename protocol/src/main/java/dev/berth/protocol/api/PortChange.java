package dev.berth.protocol.api;

/** Asks that a port be {@code private} or {@code public}. */
public record PortChange(String visibility) {}
