/**
 * The node's tests; they make a real image and start it, so they need root and a package mirror.
 *
 * <p>Start at {@link dev.berth.node.DefaultImageTest}.
 */
@NullMarked
package dev.berth.node;

import org.jspecify.annotations.NullMarked;
