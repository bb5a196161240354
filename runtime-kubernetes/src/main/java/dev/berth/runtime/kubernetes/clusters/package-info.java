/**
 * Several clusters as one driver.
 *
 * <p>Start at {@link dev.berth.runtime.kubernetes.clusters.Clusters}. Decides which cluster an
 * instance is started on, and which next where that one cannot. Knows drivers, and nothing of pods.
 */
@NullMarked
package dev.berth.runtime.kubernetes.clusters;

import org.jspecify.annotations.NullMarked;
