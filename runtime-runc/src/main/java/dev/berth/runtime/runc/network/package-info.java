/**
 * The network of an installation's instances: a bridge of their own, behind NAT.
 *
 * <p>Start at {@link dev.berth.runtime.runc.network.InstanceNetwork}. Decides who reaches whom: an
 * instance reaches the internet, and no other instance, no address of the host's, nothing
 * link-local; only the host reaches an instance. Knows nothing of workspaces; a number is enough.
 */
@NullMarked
package dev.berth.runtime.runc.network;

import org.jspecify.annotations.NullMarked;
