/**
 * What a pod, as the cluster tells of it, means for its workspace, in words; pure functions.
 *
 * <p>Start at {@link dev.berth.runtime.kubernetes.reading.Reading}. Decides when a start is to be
 * waited for and when it has failed. Knows nothing of how the cluster is asked.
 */
@NullMarked
package dev.berth.runtime.kubernetes.reading;

import org.jspecify.annotations.NullMarked;
