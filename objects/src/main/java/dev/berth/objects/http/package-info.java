/**
 * What stores need that ask a service by plain HTTP: calls with a bound, whom to trust, tokens,
 * checksums.
 *
 * <p>Start at {@link Service}. What a call means it does not know.
 */
@NullMarked
package dev.berth.objects.http;

import org.jspecify.annotations.NullMarked;
