/**
 * Files that others have a hand in: locks that several processes share, folders of strangers that
 * are read without following a link, and small files that a cut of power may not leave half.
 *
 * <p>Start at {@link dev.berth.base.file.FileLocks}, {@link dev.berth.base.file.FolderTree} or
 * {@link dev.berth.base.file.WholeFile}.
 */
@NullMarked
package dev.berth.base.file;

import org.jspecify.annotations.NullMarked;
