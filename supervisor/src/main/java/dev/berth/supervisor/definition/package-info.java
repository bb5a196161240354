/**
 * Sees when the file of the definition changes in the working copy, and says what holds of ports
 * from then on; all else that it says counts in a new workspace.
 *
 * <p>Start at {@link dev.berth.supervisor.definition.DefinitionWatch}. Knows nothing of who gets in
 * at a port: that is control's and the gateway's, which take no port for public because a file
 * changed.
 */
@NullMarked
package dev.berth.supervisor.definition;

import org.jspecify.annotations.NullMarked;
