/**
 * What several processes share by files.
 *
 * <p>Start at {@link dev.berth.base.file.FileLocks}.
 */
@NullMarked
package dev.berth.base.file;

import org.jspecify.annotations.NullMarked;
