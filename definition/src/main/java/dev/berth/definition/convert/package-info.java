/**
 * Writes a definition as a file of either kind, and says what the other kind cannot say.
 *
 * <p>Start at {@link dev.berth.definition.convert.GitpodWriter} or {@link
 * dev.berth.definition.convert.DevcontainerWriter}. Knows nothing of where the file goes.
 */
@NullMarked
package dev.berth.definition.convert;

import org.jspecify.annotations.NullMarked;
