package dev.berth.protocol.api;

import java.util.Optional;

/**
 * Asks that a public key be taken.
 *
 * @param name the key's own comment where not said
 * @param key one line as in a .pub file: type, base64, comment
 */
public record NewSshKey(Optional<String> name, String key) {}
