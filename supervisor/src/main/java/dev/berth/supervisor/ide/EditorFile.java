package dev.berth.supervisor.ide;

import dev.berth.base.Problem;
import dev.berth.protocol.editor.Editor;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import dev.berth.supervisor.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a tree says of its editor, or of why there is none yet. */
final class EditorFile {
  private EditorFile() {}

  /** The editor of the tree, where that is whole; what is only the gateway's is left out. */
  static Optional<Editor> editor(Path tree) {
    return bytes(tree.resolve(Editor.FILE)).map(EditorFile::read);
  }

  private static Editor read(byte[] json) {
    var editor = JsonText.read(json);
    return new Editor(
        editor.text("name"),
        editor.text("version"),
        editor.list("command"),
        editor.texts("env"),
        editor.text("readyPath"),
        editor.list("installExtension"),
        editor
            .optionalObject("settings")
            .map(settings -> new Editor.Settings(settings.text("file"), settings.text("json"))),
        Optional.of(editor.list("preferences")),
        editor
            .optionalObject("installed")
            .map(installed ->
                new Editor.Installed(
                    installed.text("noted"), installed.list("list"), installed.list("remove"))),
        List.of());
  }

  /** What those who make the tree say of it. */
  static EditorState awaited(Path tree) {
    var said = bytes(tree.resolve(Editor.STATE_FILE)).map(JsonText::read);
    if (said.isEmpty()) return new EditorState.Starting();
    var state = said.get();
    return switch (state.text("kind")) {
      case "failed" -> new EditorState.Failed(state.text("what"), state.text("remedy"));
      case "preparing" ->
          new EditorState.Failed(
              "The editor is being made on this machine: %s (%d %%)."
                  .formatted(state.text("step"), state.whole("percent")),
              "It comes by itself; the terminal works meanwhile.");
      default -> new EditorState.Starting();
    };
  }

  private static Optional<byte[]> bytes(Path file) {
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "%s cannot be read: %s.".formatted(file, e.getMessage()),
          "Start the workspace again.",
          e);
    }
  }
}
