/**
 * The runc driver's tests: real containers, mounts and networks, so they need root.
 *
 * <p>Start at {@link dev.berth.runtime.runc.RuncDriverTest}; {@link
 * dev.berth.runtime.runc.TestHost} has a root file system and a supervisor of busybox.
 */
@NullMarked
package dev.berth.runtime.runc;

import org.jspecify.annotations.NullMarked;
