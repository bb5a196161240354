/** The contract of every store, and a store that fails when it is told to. */
@NullMarked
package dev.berth.objects;

import org.jspecify.annotations.NullMarked;
