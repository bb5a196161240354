/**
 * The control plane: users, sources, workspaces, and the loop that makes phase follow intent.
 *
 * <p>Start at {@link dev.berth.control.Control}, which wires it. It knows of instances only through
 * {@code dev.berth.runtime.Driver} and of the gateway only what it is told.
 */
@NullMarked
package dev.berth.control;

import org.jspecify.annotations.NullMarked;
