/**
 * What the readers of all kinds of definition share: a text becomes a tree of {@code Value}s that
 * know their place and nothing of the language they were written in; a {@code Section} is asked for
 * fields and tells what was never asked for.
 *
 * <p>Start at {@link dev.berth.definition.reading.Section}. Knows nothing of any field's meaning.
 */
@NullMarked
package dev.berth.definition.reading;

import org.jspecify.annotations.NullMarked;
