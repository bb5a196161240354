/** Tests of the way to the gateway's registry of extensions. */
@NullMarked
package dev.berth.supervisor.outlet;

import org.jspecify.annotations.NullMarked;
