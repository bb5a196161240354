/**
 * SSH ends here: who connects is admitted by key or token, and each channel is carried to the
 * instance's supervisor over a connection of its own, as plain bytes.
 *
 * <p>Start at {@link dev.berth.gateway.ssh.SshDoor}. {@code Admission} decides who gets in; {@code
 * SessionChannel}, {@code ForwardChannel} and {@code BackChannel} are what a client can have. What
 * is said to the supervisor is in {@code docs/formats/api/supervisor.md}. Nothing is ever dialled
 * but supervisors.
 */
@NullMarked
package dev.berth.gateway.ssh;

import org.jspecify.annotations.NullMarked;
