package dev.berth.base.http;

/** One header line of an answer. */
public record Header(String name, String value) {}
