/**
 * A store in a bucket of Google Cloud Storage, or of what speaks as it does.
 *
 * <p>Start at {@link GcsStore}. It decides which of the service's answers is worth another try.
 */
@NullMarked
package dev.berth.objects.gcs;

import org.jspecify.annotations.NullMarked;
