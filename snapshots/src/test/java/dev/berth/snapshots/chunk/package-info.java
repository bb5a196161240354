@NullMarked
package dev.berth.snapshots.chunk;

import org.jspecify.annotations.NullMarked;
