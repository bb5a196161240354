/**
 * Images as unpacked layers on this machine: pulled, verified, unpacked once, kept.
 *
 * <p>Start at {@link dev.berth.runtime.runc.layers.LayerStore}. What stands in a layer is hostile:
 * {@code Archive} reads it, {@code Tree} writes it without ever leaving its folder. Knows nothing
 * of containers.
 */
@NullMarked
package dev.berth.runtime.runc.layers;

import org.jspecify.annotations.NullMarked;
