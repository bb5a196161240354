/**
 * Proves each hop that an installation needs, before and after, one code each.
 *
 * <p>Start at {@link dev.berth.installer.checks.Checks}.
 */
@NullMarked
package dev.berth.installer.checks;

import org.jspecify.annotations.NullMarked;
