/**
 * How a command asks what runs: control by its API, a workspace through the gateway.
 *
 * <p>Start at {@link dev.berth.cli.api.Api}; {@link dev.berth.cli.api.WorkspaceDoor} is the way
 * inside. Prints nothing.
 */
@NullMarked
package dev.berth.cli.api;

import org.jspecify.annotations.NullMarked;
