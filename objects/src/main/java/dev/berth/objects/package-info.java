/**
 * The seam to where bytes are kept under names: a folder, memory, an S3 service.
 *
 * <p>Start at {@link ObjectStore}, whose promises each store keeps; {@code ObjectStoreContract} in
 * the tests holds them to it. Knows nothing of what the bytes are.
 */
@NullMarked
package dev.berth.objects;

import org.jspecify.annotations.NullMarked;
