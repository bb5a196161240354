/**
 * What workspaces reach on a cluster and who reaches them, as a NetworkPolicy; pure functions.
 *
 * <p>Start at {@link dev.berth.runtime.kubernetes.network.Policies}. Decides what is closed. Knows
 * nothing of how names become addresses.
 */
@NullMarked
package dev.berth.runtime.kubernetes.network;

import org.jspecify.annotations.NullMarked;
