/** The tests of several clusters as one driver. */
@NullMarked
package dev.berth.runtime.kubernetes.clusters;

import org.jspecify.annotations.NullMarked;
