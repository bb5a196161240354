/**
 * The tests of what is read of a pod, by tables of the API server's own words; they need no
 * cluster.
 */
@NullMarked
package dev.berth.runtime.kubernetes.reading;

import org.jspecify.annotations.NullMarked;
