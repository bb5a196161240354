/**
 * The workspaces: what is known of each, and what their owners may ask.
 *
 * <p>Start at {@link dev.berth.control.workspace.Workspace} and {@link
 * dev.berth.control.workspace.Workspaces}. An owner changes the intent only; the phase follows in
 * {@code dev.berth.control.reconcile}.
 */
@NullMarked
package dev.berth.control.workspace;

import org.jspecify.annotations.NullMarked;
