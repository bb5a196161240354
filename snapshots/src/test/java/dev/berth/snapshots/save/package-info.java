/** Tests of parts of a save. */
@NullMarked
package dev.berth.snapshots.save;

import org.jspecify.annotations.NullMarked;
