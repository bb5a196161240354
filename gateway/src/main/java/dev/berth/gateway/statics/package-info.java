/**
 * Serves what of an editor is the same for every workspace from the editor's tree on this machine,
 * so that no instance is asked and each file is compressed once.
 *
 * <p>Start at {@link dev.berth.gateway.statics.StaticFiles}. Decides which file a path means and in
 * which form it goes over the wire; knows nothing of requests, visitors and instances.
 */
@NullMarked
package dev.berth.gateway.statics;

import org.jspecify.annotations.NullMarked;
