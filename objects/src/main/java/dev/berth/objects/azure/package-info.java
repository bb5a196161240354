/**
 * A store in a container of Azure's Blob Storage, or of what speaks as it does.
 *
 * <p>Start at {@link AzureStore}. It decides which of the service's answers is worth another try.
 */
@NullMarked
package dev.berth.objects.azure;

import org.jspecify.annotations.NullMarked;
