/** Tests of how commands ask what runs, and the one that they ask. */
@NullMarked
package dev.berth.cli.api;

import org.jspecify.annotations.NullMarked;
