package dev.berth.control.reconcile;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The browser editor of new instances.
 *
 * @param tree the folder of its tree, which may still be empty; empty for instances without one
 * @param gallery where it finds extensions
 */
public record EditorSource(Optional<Path> tree, Optional<String> gallery) {
  /** No editor: workspaces have the web terminal only. */
  public static final EditorSource NONE = new EditorSource(Optional.empty(), Optional.empty());
}
