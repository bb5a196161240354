package dev.berth.protocol.inside;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an instance's editor is told, where the instance has one.
 *
 * @param extensions to install: {@code publisher.name}, {@code publisher.name@1.2.3}, the URL of a
 *     .vsix, or the path of one relative to the repository
 * @param settings that the repository wants, as a JSON object; {@code {}} for none
 * @param gallery where it finds extensions: a plain HTTP address of the workspace's own host, which
 *     leads to the {@link Outlet} inside; empty where the editor's own preset stands
 * @param folder the folder or *.code-workspace file to open, relative to /workspace, parsed: no
 *     "..", not absolute; empty for the repository
 * @param preferences what its user's own settings are in all his workspaces, by the name of their
 *     file; empty where each workspace has its own
 * @param sharedExtensions what its user installed in all his workspaces, {@code publisher.name};
 *     none where each workspace has its own
 */
public record EditorPlan(
    List<String> extensions,
    String settings,
    Optional<String> gallery,
    Optional<String> folder,
    Optional<Map<String, String>> preferences,
    List<String> sharedExtensions) {
  /** Without extensions, in the repository. */
  public static final EditorPlan PLAIN =
      new EditorPlan(
          List.of(), "{}", Optional.empty(), Optional.empty(), Optional.empty(), List.of());

  /** The same with other extensions and settings. */
  public EditorPlan with(List<String> others, String set) {
    return new EditorPlan(others, set, gallery, folder, preferences, sharedExtensions);
  }

  public EditorPlan {
    extensions = List.copyOf(extensions);
    sharedExtensions = List.copyOf(sharedExtensions);
    preferences = preferences.map(Map::copyOf);
  }
}
