/**
 * The control groups of a container, in version 1, 2 or both at once.
 *
 * <p>Start at {@link dev.berth.runtime.runc.cgroup.ControlGroup}. runc makes them; this looks and,
 * where runc was killed, removes.
 */
@NullMarked
package dev.berth.runtime.runc.cgroup;

import org.jspecify.annotations.NullMarked;
