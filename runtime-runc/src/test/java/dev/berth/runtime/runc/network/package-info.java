/**
 * The tests of the instances' network, in network namespaces without containers; they need root.
 *
 * <p>Start at {@link dev.berth.runtime.runc.network.InstanceNetworkTest}.
 */
@NullMarked
package dev.berth.runtime.runc.network;

import org.jspecify.annotations.NullMarked;
