/**
 * Decides who passes a workspace's door, and keeps the cookies that say so.
 *
 * <p>Start at {@link dev.berth.gateway.access.Doorkeeper}, whose answer is an {@link
 * dev.berth.gateway.access.Access}. It asks nobody: all it needs is the route table, the ended
 * sessions and the key. Knows nothing of sockets.
 */
@NullMarked
package dev.berth.gateway.access;

import org.jspecify.annotations.NullMarked;
