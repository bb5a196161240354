package dev.berth.objects.journal;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a distant store is behind.
 *
 * @param objects that are still to be written or deleted there
 * @param bytes of those that are to be written
 * @param since when the oldest of them was written here
 * @param trouble why something could not be carried when it was tried last, perhaps of one owner
 *     only, or why a single object cannot be, for people
 */
public record Lag(int objects, long bytes, Optional<Instant> since, Optional<String> trouble) {}
