/**
 * Authorities that sign certificates of private servers: reading them, and having this process
 * trust them beside those that everybody knows.
 *
 * <p>Start at {@link dev.berth.base.trust.Authorities}.
 */
@NullMarked
package dev.berth.base.trust;

import org.jspecify.annotations.NullMarked;
