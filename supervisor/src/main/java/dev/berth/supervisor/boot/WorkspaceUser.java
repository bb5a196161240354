package dev.berth.supervisor.boot;

import dev.berth.protocol.editor.Editor;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.supervisor.process.Identity;
import dev.berth.supervisor.process.Launch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who works in the workspace, and what each of their processes has in its environment.
 *
 * @param shell of their terminals: bash, or sh where the image has none
 * @param repository the folder that their processes start in; may not exist (yet)
 */
public record WorkspaceUser(
    Identity identity, Path shell, Path repository, Map<String, String> env) {
  /** Debian's for a login, where the image says nothing. */
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /**
   * What the supervisor's own process needs in its environment (tree/env) or a JVM would take from
   * it; none of it is the user's.
   */
  private static final Set<String> OURS =
      Set.of("LOCPATH", "LC_ALL", "MALLOC_ARENA_MAX", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

  public WorkspaceUser {
    env = Map.copyOf(env);
  }

  /**
   * The user of {@code plan}. A name is taken from the first of these that has it: what we say
   * ourselves, the plan, the supervisor's own environment.
   *
   * @param inherited the supervisor's own environment: what the container's image or its driver
   *     says beside the plan
   */
  public static WorkspaceUser of(
      BootPlan plan, Account account, Path workspace, Map<String, String> inherited) {
    var repository = workspace.resolve(plan.content().location()).normalize();
    var shell = findShell();
    var env = new HashMap<String, String>();
    inherited.forEach((name, value) -> {
      if (!OURS.contains(name) && !name.startsWith("LD_")) env.put(name, value);
    });
    env.remove("HOME");
    env.putAll(plan.env());
    env.putIfAbsent("LANG", "C.UTF-8");
    env.putAll(said(plan, repository));
    env.put("HOME", account.home().toString());
    env.put("USER", Account.NAME);
    env.put("LOGNAME", Account.NAME);
    env.put("SHELL", shell.toString());
    env.put("PATH", path(env.getOrDefault("PATH", PATH), account.home()));
    return new WorkspaceUser(account.identity(), shell, repository, env);
  }

  /** The variables of gitpod-classic 7.5 that mean something here. */
  private static Map<String, String> said(BootPlan plan, Path repository) {
    var said = new HashMap<String, String>();
    said.put("GITPOD_WORKSPACE_ID", plan.workspace().value());
    said.put("GITPOD_INSTANCE_ID", plan.instance().value());
    said.put("GITPOD_WORKSPACE_URL", plan.workspaceUrl());
    said.put("GITPOD_WORKSPACE_CONTEXT_URL", plan.contextUrl());
    said.put("GITPOD_HOST", plan.dashboardUrl());
    said.put("GITPOD_REPO_ROOT", repository.toString());
    said.put("GITPOD_REPO_ROOTS", repository.toString());
    said.put("THEIA_WORKSPACE_ROOT", repository.toString());
    said.put("GITPOD_TASKS", BootFile.write(plan.tasks()));
    if (Files.isDirectory(Editor.TREE)) {
      // What `gp open` and `gp preview` run.
      said.put("GP_OPEN_EDITOR", Editor.PROGRAMS + "/code");
      said.put("GP_PREVIEW_BROWSER", Editor.PROGRAMS + "/preview");
      said.put("GP_EXTERNAL_BROWSER", Editor.PROGRAMS + "/code --openExternal");
    }
    if (!plan.author().name().isBlank()) {
      said.put("GITPOD_GIT_USER_NAME", plan.author().name());
    }
    if (!plan.author().email().isBlank()) {
      said.put("GITPOD_GIT_USER_EMAIL", plan.author().email());
    }
    return said;
  }

  private static String path(String path, Path home) {
    var own = home + "/.local/bin";
    return List.of(path.split(":")).contains(own) ? path : own + ":" + path;
  }

  private static Path findShell() {
    for (var bash : List.of("/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash")) {
      if (Files.isExecutable(Path.of(bash))) return Path.of(bash);
    }
    return Path.of("/bin/sh");
  }

  public boolean hasBash() {
    return shell.endsWith("bash");
  }

  /** The repository's folder, or the nearest one above it that exists. */
  public Path folder() {
    var folder = repository;
    while (!Files.isDirectory(folder)) {
      folder = Optional.ofNullable(folder.getParent()).orElse(Path.of("/"));
    }
    return folder;
  }

  /** A login shell of theirs in {@code folder}. */
  public Launch login(Path folder, Map<String, String> more) {
    var terminal = new TreeMap<>(more);
    terminal.putIfAbsent("TERM", "xterm-256color");
    terminal.putIfAbsent("COLORTERM", "truecolor");
    return launch(List.of(shell.toString(), "-l"), folder, terminal);
  }

  /** A process of theirs, with {@code more} in its environment. */
  public Launch launch(List<String> argv, Path folder, Map<String, String> more) {
    var all = new HashMap<>(env);
    all.putAll(more);
    return new Launch(argv, all, folder, Optional.of(identity), 0);
  }
}
