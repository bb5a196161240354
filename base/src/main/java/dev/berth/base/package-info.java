/**
 * What the JDK lacks and every module needs; no word of our domain.
 *
 * <p>Start at {@link dev.berth.base.Problem}: what a failure looks like in all of Berth.
 */
@NullMarked
package dev.berth.base;

import org.jspecify.annotations.NullMarked;
