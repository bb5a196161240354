package dev.berth.protocol.check;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of an installation's hops.
 *
 * @param running since when control checks; empty where it does not now
 * @param last what control found last; empty where it has not come to it yet
 * @param recorded what `berth install check` found last, from where the operator is
 */
public record ChecksView(
    Optional<Instant> running, Optional<CheckRun> last, Optional<CheckRun> recorded) {}
