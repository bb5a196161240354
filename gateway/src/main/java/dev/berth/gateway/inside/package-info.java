/**
 * Connections to an instance's supervisor that carry raw bytes.
 *
 * <p>Start at {@link dev.berth.gateway.inside.Inside}. What the bytes mean is for {@code ssh} and
 * {@code gallery} to know.
 */
@NullMarked
package dev.berth.gateway.inside;

import org.jspecify.annotations.NullMarked;
