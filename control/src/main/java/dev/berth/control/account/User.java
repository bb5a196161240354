package dev.berth.control.account;

import dev.berth.protocol.UserId;

/** An account. */
public record User(UserId id, String name) {}
