/**
 * The inner half of SSH: sessions, and ways to and from the sockets of the instance, for a gateway
 * at which the SSH connection itself ends. All is done as the instance's user.
 *
 * <p>Start at {@link dev.berth.supervisor.ssh.SshRoutes}. Knows nothing of keys, ciphers and
 * channels; {@code dev.berth.gateway.ssh} does.
 */
@NullMarked
package dev.berth.supervisor.ssh;

import org.jspecify.annotations.NullMarked;
