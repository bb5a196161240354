package dev.berth.protocol.route;

import java.util.Optional;

/**
 * What a control says of who leads.
 *
 * @param leads whether it is this one
 * @param address where the API of another that leads answers, as host:port, as far as this one
 *     knows
 */
public record LeaderView(boolean leads, Optional<String> address) {}
