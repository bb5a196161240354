/**
 * Linux's files as Linux has them: names of any bytes, all relative to an open folder, no symbolic
 * link ever followed.
 *
 * <p>Start at {@link Posix}. Java's own paths are text, and a name that is none in the machine's
 * encoding cannot be said with them.
 */
@NullMarked
package dev.berth.base.posix;

import org.jspecify.annotations.NullMarked;
