package dev.berth.protocol.route;

import java.util.Optional;

/**
 * What a control says of who leads.
 *
 * @param leads whether it is this one
 * @param address where the API of the one that leads answers, as host:port, as far as this one
 *     knows
 * @param words where this one stands, for a person
 */
public record LeaderView(boolean leads, Optional<String> address, String words) {}
