/**
 * The browser editor in the instance: starts it as its user, says how far it is, starts it again
 * when it ends, installs what extensions the repository wants.
 *
 * <p>Start at {@link dev.berth.supervisor.ide.Ide}. What an editor is, is data in its tree; this
 * package knows none by name.
 */
@NullMarked
package dev.berth.supervisor.ide;

import org.jspecify.annotations.NullMarked;
