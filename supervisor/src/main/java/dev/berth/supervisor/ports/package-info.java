/**
 * Which TCP ports the user's programs listen on.
 *
 * <p>Start at {@link dev.berth.supervisor.ports.ListeningPorts}. Knows nothing of who may reach
 * them.
 */
@NullMarked
package dev.berth.supervisor.ports;

import org.jspecify.annotations.NullMarked;
