/** Tests of the command, against a server and a workspace that a test plays. */
@NullMarked
package dev.berth.cli;

import org.jspecify.annotations.NullMarked;
