package dev.berth.protocol.editor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A browser editor as data: the JSON in the file {@link #FILE} at the root of its tree. The file is
 * the last one that comes into a tree, so where it is, the tree is whole.
 *
 * <p>In {@code command}, {@code installExtension}, {@code env}, {@code settings} and {@code
 * preferences} these stand for what is known at a start only: {@code {tree}} where the instance
 * sees the tree, {@code {port}} to listen on, {@code {home}} and {@code {shellName}} of the
 * workspace's user, {@code {folder}} or {@code {workspaceFile}} to open, {@code {portUrl}} the
 * address of a port, which still holds {@code {{port}}}, {@code {portsAttributes}} what the
 * definition says of ports, in VS Code's words, {@code {gallery}} the registry of extensions,
 * {@code {extension}} what is to be installed. An argument or variable with one that is not known
 * at a start is left out.
 *
 * @param name of one kind of editor: {@code vscode}
 * @param version for people
 * @param command what serves it
 * @param env set for {@code command} and {@code installExtension}, beside the user's own
 * @param readyPath answers 200 as soon as the editor serves
 * @param installExtension what installs one extension and ends
 * @param settings the file for the settings of the machine, which the user's own override
 * @param preferences files of its user's own settings, which may be the same in all his workspaces;
 *     their names differ; empty where it has none such
 * @param installed how its extensions are known and removed; empty where they cannot be shared
 *     between workspaces
 * @param statics folders of the tree that the gateway serves itself
 */
public record Editor(
    String name,
    String version,
    List<String> command,
    Map<String, String> env,
    String readyPath,
    List<String> installExtension,
    Optional<Settings> settings,
    Optional<List<String>> preferences,
    Optional<Installed> installed,
    List<Statics> statics) {
  /** The file's name. */
  public static final String FILE = "editor.json";

  /** What lies in a tree that is not whole: an {@link dev.berth.protocol.api.EditorView}. */
  public static final String STATE_FILE = "state.json";

  /** Where an instance sees the tree, read-only. A tree may rely on it. */
  public static final Path TREE = Path.of("/opt/ide");

  /** The programs of a tree that its user's terminals have in their PATH: {@code code}. */
  public static final Path PROGRAMS = TREE.resolve("bin");

  public Editor {
    command = List.copyOf(command);
    env = Map.copyOf(env);
    installExtension = List.copyOf(installExtension);
    preferences = preferences.map(List::copyOf);
    statics = List.copyOf(statics);
  }

  /**
   * The settings of the machine.
   *
   * @param file where it lies, with placeholders
   * @param json what stands in it
   */
  public record Settings(String file, String json) {}

  /**
   * What is known of the extensions that are installed.
   *
   * @param noted a file that changes with them, and is empty or an empty list where there are none
   * @param list prints their names, one a line
   * @param remove what removes {@code {extension}} and ends
   */
  public record Installed(String noted, List<String> list, List<String> remove) {
    public Installed {
      list = List.copyOf(list);
      remove = List.copyOf(remove);
    }
  }

  /**
   * A folder whose files are the same for every workspace and change with the tree only.
   *
   * @param prefix of the URL's path, with a slash at both ends
   * @param folder relative to the tree
   */
  public record Statics(String prefix, String folder) {}
}
