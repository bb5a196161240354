/**
 * Tests of the driver by pods. Those whose name has {@code Cluster} or that extend the contract run
 * on a real cluster, see {@code TestCluster}; all others run everywhere.
 */
@NullMarked
package dev.berth.runtime.kubernetes;

import org.jspecify.annotations.NullMarked;
