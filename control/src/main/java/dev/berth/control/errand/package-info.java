/**
 * What control does for a workspace that asks from inside: for that workspace and its owner only.
 *
 * <p>Start at {@link dev.berth.control.errand.ErrandDesk}. How the questions come is {@code
 * dev.berth.control.reconcile}'s; whoever asks may be any program of the instance.
 */
@NullMarked
package dev.berth.control.errand;

import org.jspecify.annotations.NullMarked;
