/**
 * Files that others have a hand in: locks that several processes share, and folders of strangers
 * that are read without following a link.
 *
 * <p>Start at {@link dev.berth.base.file.FileLocks} or {@link dev.berth.base.file.FolderTree}.
 */
@NullMarked
package dev.berth.base.file;

import org.jspecify.annotations.NullMarked;
