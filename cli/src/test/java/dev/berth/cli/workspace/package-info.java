/** Tests of commands for a workspace's life. */
@NullMarked
package dev.berth.cli.workspace;

import org.jspecify.annotations.NullMarked;
