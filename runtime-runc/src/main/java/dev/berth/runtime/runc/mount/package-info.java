/**
 * The mounts of an instance, made in a mount namespace of their own, so that the kernel removes
 * them when the last process in it ends and a kill of ours at any moment leaks none.
 *
 * <p>Start at {@link dev.berth.runtime.runc.mount.PrivateMounts}. Knows paths and ids; nothing of
 * workspaces, images or runc.
 */
@NullMarked
package dev.berth.runtime.runc.mount;

import org.jspecify.annotations.NullMarked;
