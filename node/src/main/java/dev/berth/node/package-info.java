/**
 * What the root process of a machine does around its driver: sees that the machine has all it
 * needs, and that there is an image to start.
 *
 * <p>Start at {@link dev.berth.node.HostSetup} and {@link dev.berth.node.DefaultImage}; {@link
 * dev.berth.node.MachineImages} is what the driver gets its root file systems from.
 */
@NullMarked
package dev.berth.node;

import org.jspecify.annotations.NullMarked;
