/**
 * A store on this machine's disk before a distant one: what is written is done when it is on the
 * disk, and is carried away afterwards, for as long as that takes.
 *
 * <p>Start at {@link Journaled}. It decides what is carried in which order, and what of a distant
 * store is believed when. What the objects are it does not know.
 */
@NullMarked
package dev.berth.objects.journal;

import org.jspecify.annotations.NullMarked;
