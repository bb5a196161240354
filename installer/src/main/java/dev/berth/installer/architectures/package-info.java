/**
 * The reference architectures that an installation begins with, and an installation of before that
 * it is taken over from.
 *
 * <p>Start at {@link dev.berth.installer.architectures.Draft}.
 */
@NullMarked
package dev.berth.installer.architectures;

import org.jspecify.annotations.NullMarked;
