package dev.berth.definition;

import dev.berth.protocol.Severity;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.TaskPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a repository wants, whichever file said so. A component that a stored definition of earlier
 * days does not have is that of {@link #NONE}.
 *
 * @param origin which file said so, and why that one
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
 * @param repositories others that belong to this one
 * @param jetbrains what the JetBrains IDEs are given
 * @param coreDump how large a core may be; empty where none is written
 * @param prebuilds what the repository's host starts prebuilds for
 * @param container what only a devcontainer.json can say
 * @param findings all that is wrong or old in the file, in its order; none of it keeps a workspace
 *     from starting
 */
public record Definition(
    Origin origin,
    Image image,
    List<PortPlan> ports,
    List<TaskPlan> tasks,
    Optional<String> checkoutLocation,
    Optional<String> workspaceLocation,
    List<String> extensions,
    Map<String, String> gitConfig,
    Map<String, String> env,
    Repositories repositories,
    JetBrains jetbrains,
    Optional<CoreDump> coreDump,
    Prebuilds prebuilds,
    Container container,
    List<Finding> findings) {

  /** Of a repository that says nothing. */
  public static final Definition NONE =
      new Definition(
          Origin.NONE,
          new Image.Default(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Map.of(),
          Map.of(),
          Repositories.NONE,
          JetBrains.NONE,
          Optional.empty(),
          Prebuilds.USUAL,
          Container.PLAIN,
          List.of());

  public Definition {
    origin = origin == null ? Origin.NONE : origin;
    ports = List.copyOf(ports);
    tasks = List.copyOf(tasks);
    extensions = extensions == null ? List.of() : List.copyOf(extensions);
    gitConfig = ordered(gitConfig);
    env = ordered(env);
    repositories = repositories == null ? Repositories.NONE : repositories;
    jetbrains = jetbrains == null ? JetBrains.NONE : jetbrains;
    prebuilds = prebuilds == null ? Prebuilds.USUAL : prebuilds;
    container = container == null ? Container.PLAIN : container;
    findings = List.copyOf(findings);
  }

  /** The same, found in another way, with other findings. */
  public Definition with(Origin other, List<Finding> others) {
    return new Definition(
        other,
        image,
        ports,
        tasks,
        checkoutLocation,
        workspaceLocation,
        extensions,
        gitConfig,
        env,
        repositories,
        jetbrains,
        coreDump,
        prebuilds,
        container,
        others);
  }

  /**
   * The same of another image, which brings variables and ports of its own that count where this
   * says nothing of them.
   */
  public Definition with(
      Image other, Map<String, String> itsEnv, List<PortPlan> itsPorts, List<Finding> others) {
    var allEnv = new LinkedHashMap<>(itsEnv);
    allEnv.putAll(env);
    var allPorts = new ArrayList<>(ports);
    for (var port : itsPorts) {
      if (ports.stream().noneMatch(said -> said.covers(port.first()))) allPorts.add(port);
    }
    return new Definition(
        origin,
        other,
        allPorts,
        tasks,
        checkoutLocation,
        workspaceLocation,
        extensions,
        gitConfig,
        allEnv,
        repositories,
        jetbrains,
        coreDump,
        prebuilds,
        container,
        others);
  }

  /** The same with another container and other findings. */
  public Definition with(Container other, List<Finding> others) {
    return new Definition(
        origin,
        image,
        ports,
        tasks,
        checkoutLocation,
        workspaceLocation,
        extensions,
        gitConfig,
        env,
        repositories,
        jetbrains,
        coreDump,
        prebuilds,
        other,
        others);
  }

  /** Whether somebody who wrote the file should look at it again before anything starts. */
  public boolean hasErrors() {
    return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
  }

  static Map<String, String> ordered(Map<String, String> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
