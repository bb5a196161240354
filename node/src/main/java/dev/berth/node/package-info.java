/**
 * The root process of a machine: sees that the machine has all it needs and that there is an image
 * to start, and holds the driver that runs instances there.
 *
 * <p>Start at {@link dev.berth.node.Node}.
 */
@NullMarked
package dev.berth.node;

import org.jspecify.annotations.NullMarked;
