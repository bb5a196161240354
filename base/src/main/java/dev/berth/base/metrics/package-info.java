/**
 * What a process counts and measures of itself, and how it is told: the text that Prometheus reads.
 *
 * <p>Start at {@link dev.berth.base.metrics.Metrics}. Knows nothing of what is counted.
 */
@NullMarked
package dev.berth.base.metrics;

import org.jspecify.annotations.NullMarked;
