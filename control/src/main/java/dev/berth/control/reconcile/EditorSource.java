package dev.berth.control.reconcile;

import dev.berth.protocol.api.EditorView;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The browser editor of new instances.
 *
 * @param tree the folder of its tree, which may still be empty; empty for instances without one
 * @param gallery whether the gateway serves the registry of extensions
 * @param state how far the tree is
 */
public record EditorSource(Optional<Path> tree, boolean gallery, Supplier<EditorView> state) {
  /** No editor: workspaces have the web terminal only. */
  public static final EditorSource NONE =
      new EditorSource(Optional.empty(), false, EditorView.None::new);
}
