/** The tests of what a cluster's answers mean; they need no cluster. */
@NullMarked
package dev.berth.runtime.kubernetes.cluster;

import org.jspecify.annotations.NullMarked;
