package dev.berth.node.editor;

import dev.berth.protocol.editor.Editor;
import java.io.IOException;
import java.nio.file.Path;

/** Makes the content of a tree. */
interface EditorSupply {
  /** Hears how far it is. */
  @FunctionalInterface
  interface Steps {
    void at(int percent, String words);
  }

  /**
   * Fills {@code tree}, which is empty; {@link dev.berth.base.Problem} where it cannot.
   *
   * @param draft a folder around {@code tree} for what is needed on the way
   */
  Editor make(Path draft, Path tree, Steps steps) throws IOException, InterruptedException;
}
