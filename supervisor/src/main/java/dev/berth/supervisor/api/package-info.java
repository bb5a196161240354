/**
 * The supervisor's HTTP API, on port 22999 of the instance.
 *
 * <p>Start at {@link dev.berth.supervisor.api.Api}: its routes. Holds no state but who is
 * connected.
 */
@NullMarked
package dev.berth.supervisor.api;

import org.jspecify.annotations.NullMarked;
