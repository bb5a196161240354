package dev.berth.protocol.api;

/** How far this installation's browser editor is. */
public sealed interface EditorView {
  /** It has none, by its configuration. */
  record None() implements EditorView {}

  /** It is being made, once for all workspaces. */
  record Preparing(int percent, String step) implements EditorView {}

  /** It is there. */
  record Ready(String name, String version) implements EditorView {}

  /** It could not be made; that is tried again by itself. */
  record Failed(String what, String remedy) implements EditorView {}
}
