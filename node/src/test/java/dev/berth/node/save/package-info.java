/** Tests of the saves of a machine. */
@NullMarked
package dev.berth.node.save;

import org.jspecify.annotations.NullMarked;
