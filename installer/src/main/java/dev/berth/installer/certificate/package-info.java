/**
 * The certificate authority of an installation that has no other.
 *
 * <p>Start at {@link dev.berth.installer.certificate.Authority}.
 */
@NullMarked
package dev.berth.installer.certificate;

import org.jspecify.annotations.NullMarked;
