/**
 * The images that an installation runs, and their way to another registry.
 *
 * <p>Start at {@link dev.berth.installer.images.Copying}.
 */
@NullMarked
package dev.berth.installer.images;

import org.jspecify.annotations.NullMarked;
