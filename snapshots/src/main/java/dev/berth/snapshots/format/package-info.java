/**
 * What lies in the object store, byte by byte: names, keys, sealed objects, packs, trees.
 *
 * <p>Start with {@code docs/formats/snapshots.md}, whose sections have the names of the types here.
 * Knows nothing of stores and of files.
 */
@NullMarked
package dev.berth.snapshots.format;

import org.jspecify.annotations.NullMarked;
