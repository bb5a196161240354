/**
 * Puts manifests into a cluster, says how they are and takes them away again.
 *
 * <p>Start at {@link dev.berth.installer.cluster.Applying}.
 */
@NullMarked
package dev.berth.installer.cluster;

import org.jspecify.annotations.NullMarked;
