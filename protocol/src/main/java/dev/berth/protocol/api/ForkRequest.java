package dev.berth.protocol.api;

import java.util.Optional;

/**
 * Asks for a new workspace with the files of another.
 *
 * @param point the moment that they are taken from; now where it is empty
 */
public record ForkRequest(Optional<String> point) {}
