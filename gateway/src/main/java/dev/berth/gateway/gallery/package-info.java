/**
 * The registry of extensions (Open VSX), kept: what editors ask of it is answered from here where a
 * fresh copy is kept, from the registry else, and from an old copy where the registry is away.
 *
 * <p>Start at {@link dev.berth.gateway.gallery.Gallery}, a small server of its own, to which {@code
 * http} passes what browsers ask and {@link dev.berth.gateway.gallery.Outlets} what programs inside
 * the instances ask. It serves nothing else, so whoever reaches it reaches nothing else of Berth.
 * It knows nothing of workspaces but their host names.
 */
@NullMarked
package dev.berth.gateway.gallery;

import org.jspecify.annotations.NullMarked;
