@NullMarked
package dev.berth.snapshots.format;

import org.jspecify.annotations.NullMarked;
