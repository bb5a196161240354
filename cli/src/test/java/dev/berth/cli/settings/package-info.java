/** Tests of what an installation is told. */
@NullMarked
package dev.berth.cli.settings;

import org.jspecify.annotations.NullMarked;
