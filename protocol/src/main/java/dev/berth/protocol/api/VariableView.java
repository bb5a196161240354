package dev.berth.protocol.api;

/**
 * A variable that its user keeps for workspaces.
 *
 * @param pattern the repositories that it is for: {@code owner/name}, either perhaps {@code *}
 */
public record VariableView(String id, String name, String value, String pattern) {}
