package dev.berth.protocol.api;

/** Asks that a variable be kept, in the place of one of the same name and pattern. */
public record VariableChange(String name, String value, String pattern) {}
