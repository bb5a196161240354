package dev.berth.node.editor;

import java.nio.file.Path;

/** Which browser editor instances get. */
public sealed interface EditorChoice {
  /** The VS Code that Berth makes itself. */
  record Usual() implements EditorChoice {}

  /** A ready tree, with its {@code editor.json}. */
  record Folder(Path tree) implements EditorChoice {}

  /**
   * A release archive, {@code .tar.gz}: of OpenVSCode Server, or of a tree with its {@code
   * editor.json}.
   */
  record Archive(Path file) implements EditorChoice {}

  /** None: workspaces have the web terminal. */
  record None() implements EditorChoice {}
}
