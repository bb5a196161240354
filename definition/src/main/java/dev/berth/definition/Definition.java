package dev.berth.definition;

import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.TaskPlan;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a repository wants, whichever file said so.
 *
 * @param image what the root file system is made of
 * @param ports in the file's order; of two that cover a number the narrower one speaks for it
 * @param tasks in the file's order; none means one plain terminal
 * @param checkoutLocation where the clone lies, relative to /workspace, parsed: no "..", not
 *     absolute; empty for the repository's name
 * @param workspaceLocation the folder or *.code-workspace file to open, relative to /workspace and
 *     parsed the same way; empty for the checkout location
 * @param extensions to install in the editor: {@code publisher.name}, with {@code @version} behind
 *     it or not, the URL of a .vsix, or the path of one relative to the repository
 * @param gitConfig set at the clone
 * @param env for all of the user's processes; the weakest of all sources of variables
 * @param findings all that is wrong or old in the file, in its order; none of it keeps a workspace
 *     from starting
 */
public record Definition(
    Image image,
    List<PortPlan> ports,
    List<TaskPlan> tasks,
    Optional<String> checkoutLocation,
    Optional<String> workspaceLocation,
    List<String> extensions,
    Map<String, String> gitConfig,
    Map<String, String> env,
    List<Finding> findings) {

  /** Of a repository that says nothing. */
  public static final Definition NONE =
      new Definition(
          new Image.Default(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Map.of(),
          Map.of(),
          List.of());

  public Definition {
    ports = List.copyOf(ports);
    tasks = List.copyOf(tasks);
    // One that was stored before there were extensions has none.
    extensions = extensions == null ? List.of() : List.copyOf(extensions);
    gitConfig = Collections.unmodifiableMap(new LinkedHashMap<>(gitConfig));
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    findings = List.copyOf(findings);
  }

  /** What the root file system is made of. */
  public sealed interface Image {
    /** The installation's default image. */
    record Default() implements Image {}

    /** An image to pull, by a reference that has the letters of one. */
    record Reference(String reference) implements Image {}

    /**
     * An image to build.
     *
     * @param dockerfile relative to the repository's root, never outside it
     * @param context the folder that the build sees, relative to the root too; the Dockerfile's
     *     folder where empty
     */
    record Built(String dockerfile, Optional<String> context) implements Image {}
  }
}
