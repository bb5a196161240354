/**
 * Makes each workspace's phase follow its owner's intent.
 *
 * <p>Start at {@link dev.berth.control.reconcile.Planner}, which decides and does nothing, and
 * {@link dev.berth.control.reconcile.Reconciler}, which looks, asks it, and does. A look is told
 * nothing of what changed: start, recovery and retry are one path. Nothing else changes a phase.
 */
@NullMarked
package dev.berth.control.reconcile;

import org.jspecify.annotations.NullMarked;
