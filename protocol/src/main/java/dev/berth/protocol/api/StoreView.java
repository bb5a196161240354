package dev.berth.protocol.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Where saves are kept beside the machine's disk, and how far behind that is.
 *
 * @param name empty where they are on the machine's disk only
 * @param behindObjects not carried there yet
 * @param behindBytes of these
 * @param behindSince when the oldest of them was written
 * @param trouble why nothing was carried when that was tried last
 */
public record StoreView(
    Optional<String> name,
    int behindObjects,
    long behindBytes,
    Optional<Instant> behindSince,
    Optional<String> trouble) {}
