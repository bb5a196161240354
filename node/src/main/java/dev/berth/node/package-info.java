/**
 * The root process of a machine: prepares it, and holds the driver that runs instances there.
 *
 * <p>Start at {@link dev.berth.node.Node}.
 */
@NullMarked
package dev.berth.node;

import org.jspecify.annotations.NullMarked;
