/**
 * A store in a folder of this machine, or of one that is mounted here.
 *
 * <p>Start at {@link FolderStore}. It decides what makes a write last and whole on a file system.
 */
@NullMarked
package dev.berth.objects.folder;

import org.jspecify.annotations.NullMarked;
