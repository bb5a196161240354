/**
 * The only door from outside to instances.
 *
 * <p>Start at {@link dev.berth.gateway.Gateway}, which wires the rooms: {@code http} takes a
 * request, {@code route} knows whose host it names, {@code access} decides, {@code forward} carries
 * it both ways, {@code activity} notes that somebody is there, {@code control} is the little that
 * it asks of control. It goes on while control is away.
 */
@NullMarked
package dev.berth.gateway;

import org.jspecify.annotations.NullMarked;
