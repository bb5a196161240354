/**
 * What is asked of a cluster's API server, in our words, and what it can.
 *
 * <p>Start at {@link dev.berth.runtime.kubernetes.cluster.Cluster}. Decides when an answer is a
 * refusal that its asker must hear of, and when the server is away.
 */
@NullMarked
package dev.berth.runtime.kubernetes.cluster;

import org.jspecify.annotations.NullMarked;
