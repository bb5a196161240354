package dev.berth.protocol.api;

import java.time.Instant;

/**
 * A public key that opens its owner's workspaces by SSH.
 *
 * @param id names it in the API
 * @param name what its owner calls it
 * @param type as OpenSSH writes it, {@code ssh-ed25519} for example
 * @param fingerprint {@code SHA256:...}, as {@code ssh-keygen -l} prints it
 */
public record SshKeyView(
    String id, String name, String type, String fingerprint, Instant createdAt) {}
