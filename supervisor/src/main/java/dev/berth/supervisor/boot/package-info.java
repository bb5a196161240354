/**
 * What the image must have before its user's processes run: the account gitpod, and what those
 * processes have in their environment.
 *
 * <p>Start at {@link dev.berth.supervisor.boot.Account} and {@link
 * dev.berth.supervisor.boot.WorkspaceUser}.
 */
@NullMarked
package dev.berth.supervisor.boot;

import org.jspecify.annotations.NullMarked;
