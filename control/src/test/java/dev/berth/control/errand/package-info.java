/** Tests of what instances ask for. */
@NullMarked
package dev.berth.control.errand;

import org.jspecify.annotations.NullMarked;
