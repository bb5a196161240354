/** Tests of what the launcher runs beside the command. */
@NullMarked
package dev.berth.cli;

import org.jspecify.annotations.NullMarked;
