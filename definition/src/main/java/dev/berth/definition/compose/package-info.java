/**
 * Decides what the one service of Docker Compose files that a user works in asks for, and says by
 * name what else the files want. Start at {@link dev.berth.definition.compose.ComposeService}.
 * Knows nothing of where the files come from.
 */
@NullMarked
package dev.berth.definition.compose;

import org.jspecify.annotations.NullMarked;
