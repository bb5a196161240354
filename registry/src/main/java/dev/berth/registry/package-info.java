/**
 * What an image is called: a reference in Docker's words, and the digest of its content.
 *
 * <p>Start at {@link dev.berth.registry.ImageReference}. Knows nothing of connections; {@code
 * dev.berth.registry.pull} does.
 */
@NullMarked
package dev.berth.registry;

import org.jspecify.annotations.NullMarked;
