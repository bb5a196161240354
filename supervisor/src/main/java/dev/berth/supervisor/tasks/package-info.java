/**
 * Opens the tasks' terminals, runs their commands in them, and knows when those end.
 *
 * <p>Start at {@link dev.berth.supervisor.tasks.Tasks}; {@link
 * dev.berth.supervisor.tasks.TaskScript} says how a shell is made to tell us, unseen.
 */
@NullMarked
package dev.berth.supervisor.tasks;

import org.jspecify.annotations.NullMarked;
