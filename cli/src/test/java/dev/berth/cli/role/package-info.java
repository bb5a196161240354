/** Tests of the processes that serve. */
@NullMarked
package dev.berth.cli.role;

import org.jspecify.annotations.NullMarked;
