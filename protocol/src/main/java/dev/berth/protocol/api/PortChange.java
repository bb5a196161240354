package dev.berth.protocol.api;

import java.util.Optional;

/**
 * Asks that a port be opened or closed, or be spoken to in another way.
 *
 * @param visibility {@code private} or {@code public}
 * @param protocol what its program speaks: {@code http} or {@code https}
 */
public record PortChange(Optional<String> visibility, Optional<String> protocol) {}
