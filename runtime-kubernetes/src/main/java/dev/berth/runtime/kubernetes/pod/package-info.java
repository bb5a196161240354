/**
 * What a pod of an instance is made of, as pure functions.
 *
 * <p>Start at {@link dev.berth.runtime.kubernetes.pod.PodOf}. Knows nothing of how a cluster is
 * asked and what came of a pod.
 */
@NullMarked
package dev.berth.runtime.kubernetes.pod;

import org.jspecify.annotations.NullMarked;
