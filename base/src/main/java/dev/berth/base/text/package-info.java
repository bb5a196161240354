/**
 * Text of strangers in our sentences: made fit to print, and compared with the names that we know;
 * and what Java says of a failure, for people.
 *
 * <p>Start at {@link dev.berth.base.text.Quoted}. Knows nothing of where a text came from.
 */
@NullMarked
package dev.berth.base.text;

import org.jspecify.annotations.NullMarked;
