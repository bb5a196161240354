/** Tests of the command line as a whole, and of what the launcher runs beside it. */
@NullMarked
package dev.berth.cli;

import org.jspecify.annotations.NullMarked;
