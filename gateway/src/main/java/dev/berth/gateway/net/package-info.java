/**
 * Sockets and event loops: epoll where this machine has it, NIO elsewhere.
 *
 * <p>Start at {@link dev.berth.gateway.net.Transport}. Knows nothing of HTTP.
 */
@NullMarked
package dev.berth.gateway.net;

import org.jspecify.annotations.NullMarked;
