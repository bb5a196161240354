/**
 * What a browser editor is: where it lies, how it starts, when it is ready, what of it is static.
 *
 * <p>Start at {@link dev.berth.protocol.editor.Editor}. Node makes the trees, the supervisor runs
 * one, the gateway serves files of it; this package knows of none of them.
 */
@NullMarked
package dev.berth.protocol.editor;

import org.jspecify.annotations.NullMarked;
