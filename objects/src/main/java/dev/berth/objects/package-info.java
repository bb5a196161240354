/**
 * The seam to where bytes are kept under names: a folder, memory, a bucket of S3, Azure or Google.
 *
 * <p>Start at {@link ObjectStore}, whose promises each store keeps; {@code ObjectStoreContract} in
 * the tests holds them to it. Knows nothing of what the bytes are.
 */
@NullMarked
package dev.berth.objects;

import org.jspecify.annotations.NullMarked;
