/**
 * What runc is told of a container: its config.json.
 *
 * <p>Start at {@link dev.berth.runtime.runc.bundle.Bundle}: everything that makes a container a
 * wall is decided there and in the system call list {@code seccomp.txt} beside it. Makes nothing.
 */
@NullMarked
package dev.berth.runtime.runc.bundle;

import org.jspecify.annotations.NullMarked;
