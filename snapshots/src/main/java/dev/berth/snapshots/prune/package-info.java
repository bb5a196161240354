/**
 * What of a repository is still needed, and whether it is whole.
 *
 * <p>Start at {@link Thinning} for which snapshots stay, {@link Prune} for how what none needs is
 * deleted beside running saves, {@link Check} for what is damaged and what that touches.
 */
@NullMarked
package dev.berth.snapshots.prune;

import org.jspecify.annotations.NullMarked;
