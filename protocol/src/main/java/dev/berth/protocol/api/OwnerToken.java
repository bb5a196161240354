package dev.berth.protocol.api;

/** The token that opens a running workspace's doors without a browser, at its address. */
public record OwnerToken(String ownerToken, String url) {}
