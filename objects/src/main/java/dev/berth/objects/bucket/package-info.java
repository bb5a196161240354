/**
 * Buckets of services, as a configuration names them: of which kind one is, and whether it can be
 * used.
 *
 * <p>Start at {@link Bucket}. What is kept in one it does not know.
 */
@NullMarked
package dev.berth.objects.bucket;

import org.jspecify.annotations.NullMarked;
