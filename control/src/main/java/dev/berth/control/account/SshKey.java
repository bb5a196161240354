package dev.berth.control.account;

import dev.berth.protocol.UserId;
import java.time.Instant;

/**
 * A public key of a user.
 *
 * @param id a UUID
 * @param key what it is; a user has it once
 */
public record SshKey(String id, UserId owner, String name, SshPublicKey key, Instant createdAt) {}
