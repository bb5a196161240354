/**
 * Process 1 of an instance: makes its files, runs its tasks, keeps its terminals, and answers.
 *
 * <p>Start at {@link dev.berth.supervisor.Supervisor}, which wires the parts in the order in which
 * they come to life. docs and the files argv and env of the tree say how it is started.
 */
@NullMarked
package dev.berth.supervisor;

import org.jspecify.annotations.NullMarked;
