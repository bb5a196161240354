package dev.berth.protocol.inside;

/** Who commits, as git's user.name and user.email; an empty one is not set. */
public record GitAuthor(String name, String email) {}
