/** Samples of workspaces, and what their owners may do. */
@NullMarked
package dev.berth.control.workspace;

import org.jspecify.annotations.NullMarked;
