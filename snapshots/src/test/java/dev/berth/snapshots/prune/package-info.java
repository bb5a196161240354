@NullMarked
package dev.berth.snapshots.prune;

import org.jspecify.annotations.NullMarked;
