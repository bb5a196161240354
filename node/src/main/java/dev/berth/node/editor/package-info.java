/**
 * The browser editor's tree on this machine: made once, checked at each start, made anew where it
 * is damaged.
 *
 * <p>Start at {@link dev.berth.node.editor.Editors}; how the usual tree is made is in {@code
 * make-tree} beside it. Knows nothing of instances: they see the tree's folder, and it fills while
 * they run.
 */
@NullMarked
package dev.berth.node.editor;

import org.jspecify.annotations.NullMarked;
