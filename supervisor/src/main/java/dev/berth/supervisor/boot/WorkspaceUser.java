package dev.berth.supervisor.boot;

import dev.berth.protocol.Port;
import dev.berth.protocol.editor.Editor;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.process.Identity;
import dev.berth.supervisor.process.Launch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
      BootPlan plan,
      Account account,
      TrustedAuthorities trusted,
      Path workspace,
      Map<String, String> inherited) {
    var repository = workspace.resolve(plan.content().location()).normalize();
    var shell = findShell();
    var env = new HashMap<String, String>();
    inherited.forEach((name, value) -> {
      if (!OURS.contains(name) && !name.startsWith("LD_")) env.put(name, value);
    });
    env.remove("HOME");
    env.putAll(new ContainerEnv(env).in(plan.env()));
    env.putIfAbsent("LANG", "C.UTF-8");
    var said = said(plan, repository);
    env.putAll(said);
    said.forEach((name, value) -> {
      if (name.startsWith("GITPOD_")) env.put("BERTH_" + name.substring(7), value);
    });
    env.merge("JAVA_TOOL_OPTIONS", "-Xmx" + mebibytes(plan) + "m", (old, more) -> old + " " + more);
    letGitAsk(env);
    trusted.env().forEach(env::putIfAbsent);
    letJavaTrust(env, trusted);
    env.put("HOME", account.home().toString());
    env.put("USER", account.name());
    env.put("LOGNAME", account.name());
    env.put("SHELL", shell.toString());
    env.put("PATH", path(env.getOrDefault("PATH", PATH), account.home()));
    env.put(CommandLinks.PATH_VARIABLE, Objects.requireNonNull(env.get("PATH")));
    return new WorkspaceUser(account.identity(), shell, repository, env);
  }

  private static long mebibytes(BootPlan plan) {
    return plan.size().memoryBytes() >> 20;
  }

  private static void letJavaTrust(Map<String, String> env, TrustedAuthorities trusted) {
    var said = env.getOrDefault("JAVA_TOOL_OPTIONS", "");
    if (trusted.javaOptions().isEmpty() || said.contains("javax.net.ssl.trustStore")) return;
    env.put("JAVA_TOOL_OPTIONS", said + " " + trusted.javaOptions());
  }

  /**
   * By the environment, so that neither the image's nor the user's own files are touched, and a
   * home that brings its own .gitconfig keeps it; helpers that they name are asked first. A git
   * before 2.31 does not look there.
   */
  private static void letGitAsk(Map<String, String> env) {
    var said = env.getOrDefault("GIT_CONFIG_COUNT", "0");
    int next = said.matches("[0-9]{1,3}") ? Integer.parseInt(said) : 0;
    env.put("GIT_CONFIG_KEY_" + next, "credential.helper");
    env.put("GIT_CONFIG_VALUE_" + next, CommandLinks.GIT_HELPER);
    env.put("GIT_CONFIG_COUNT", "" + (next + 1));
  }

  /** The variables of gitpod-classic 7.5 that mean something here. */
  private static Map<String, String> said(BootPlan plan, Path repository) {
    var said = new HashMap<String, String>();
    said.put("GITPOD_WORKSPACE_ID", plan.workspace().value());
    said.put("GITPOD_INSTANCE_ID", plan.instance().value());
    said.put("GITPOD_WORKSPACE_URL", plan.workspaceUrl());
    said.put("GITPOD_WORKSPACE_CONTEXT_URL", plan.contextUrl());
    said.put("GITPOD_WORKSPACE_CONTEXT", context(plan));
    said.put("GITPOD_WORKSPACE_CLUSTER_HOST", clusterHost(plan));
    said.put("GITPOD_WORKSPACE_CLASS", plan.size().name());
    said.put(
        "GITPOD_WORKSPACE_CLASS_INFO",
        JsonText.write(Map.of("id", plan.size().name(), "displayName", plan.size().name())));
    said.put("GITPOD_MEMORY", "" + mebibytes(plan));
    said.put("GITPOD_CPU_COUNT", "" + Math.max(1, plan.size().cpuMillis() / 1000));
    said.put("GITPOD_INTERVAL", "30000"); // ms, between an older editor's signs of life
    said.put("GITPOD_HOST", plan.dashboardUrl());
    said.put("GITPOD_OWNER_ID", plan.owner().id().value());
    said.put("SUPERVISOR_ADDR", "localhost:" + Port.SUPERVISOR);
    said.put("THEIA_SUPERVISOR_ENDPOINT", ":" + Port.SUPERVISOR);
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
    var author = plan.owner().author();
    if (!author.name().isBlank()) {
      said.put("GITPOD_GIT_USER_NAME", author.name());
    }
    if (!author.email().isBlank()) {
      said.put("GITPOD_GIT_USER_EMAIL", author.email());
    }
    return said;
  }

  /** What follows the workspace's id in its address. */
  private static String clusterHost(BootPlan plan) {
    var host = plan.workspaceUrl().replaceFirst("^[a-z]+://", "");
    return host.substring(host.indexOf('.') + 1);
  }

  /** For programs that look at what was opened; the names are those of the older system. */
  private static String context(BootPlan plan) {
    var content = plan.content();
    var parts = List.of(content.cloneUrl().replaceFirst("^[a-z]+://", "").split("/"));
    var last = parts.getLast();
    var repository = new LinkedHashMap<String, Object>();
    repository.put("host", parts.getFirst());
    repository.put("owner", String.join("/", parts.subList(1, Math.max(1, parts.size() - 1))));
    repository.put("name", last.endsWith(".git") ? last.substring(0, last.length() - 4) : last);
    repository.put("cloneUrl", content.cloneUrl());
    var context = new LinkedHashMap<String, Object>();
    context.put("isFile", false);
    context.put("path", "");
    context.put("title", repository.get("owner") + "/" + repository.get("name"));
    context.put("repository", repository);
    context.put("ref", content.checkout());
    context.put("revision", content.commit());
    context.put("normalizedContextURL", plan.contextUrl());
    return JsonText.write(context);
  }

  private static String path(String path, Path home) {
    var own = home + "/.local/bin";
    var folders = List.of(path.split(":"));
    var before = folders.contains(own) ? "" : own + ":";
    return before + path + (folders.contains(CommandLinks.FOLDER) ? "" : ":" + CommandLinks.FOLDER);
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
