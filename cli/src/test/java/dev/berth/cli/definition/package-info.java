/** Tests of commands for definitions, against a server and a workspace that a test plays. */
@NullMarked
package dev.berth.cli.definition;

import org.jspecify.annotations.NullMarked;
