package dev.berth.definition.devcontainer;

import dev.berth.definition.Container.Mount;
import dev.berth.definition.Lifecycle;
import dev.berth.definition.Lifecycle.Run;
import dev.berth.protocol.inside.TaskPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes a task of the lifecycle. onCreate and updateContent belong to a prebuild, so they are its
 * {@code init}; postCreate runs once for whoever gets the workspace; the rest at each start. As the
 * specification has it, a command that fails keeps the later ones from running.
 */
final class LifecycleTask {
  private static final Pattern CONTAINER_ENV =
      Pattern.compile("\\$\\{containerEnv:([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?\\}");

  private LifecycleTask() {}

  /**
   * Empty where there is nothing to run.
   *
   * @param folder where the commands run, relative to the repository's; "." for itself
   * @param mounts of which those of volumes become folders
   */
  static Optional<TaskPlan> of(
      Lifecycle lifecycle, Optional<String> name, String folder, List<Mount> mounts) {
    var init = script(lifecycle.onCreate(), lifecycle.updateContent());
    var created = script(lifecycle.postCreate(), List.of());
    var command = script(lifecycle.postStart(), lifecycle.postAttach());
    var asRoot = asRoot(lifecycle.entrypoints(), mounts);
    if (asRoot.isEmpty() && init.isEmpty() && created.isEmpty() && command.isEmpty()) {
      return Optional.empty();
    }
    var before =
        Stream.concat(
                asRoot.stream(),
                folder.equals(".") ? Stream.empty() : Stream.of("cd -- " + quoted(folder)))
            .reduce((one, other) -> one + "\n" + other);
    return Optional.of(
        new TaskPlan(
            name.or(() -> Optional.of("Dev container")),
            before,
            init,
            Optional.empty(),
            created,
            command,
            Map.of(),
            Optional.empty(),
            Optional.empty()));
  }

  /**
   * What is to be there before anything else. One that fails says so and keeps nothing from
   * running: a container starts with what its features could do.
   */
  private static Optional<String> asRoot(List<String> entrypoints, List<Mount> mounts) {
    var lines = new ArrayList<String>();
    for (var mount : mounts) {
      if (!(mount instanceof Mount.Volume(_, var target, _))) continue;
      var folder = quoted(target);
      lines.add(
          "[ -e %1$s ] || { mkdir -p %1$s && chown \"$SUDO_UID:$SUDO_GID\" %1$s; }"
              .formatted(folder));
    }
    for (var entrypoint : entrypoints) lines.add("( " + entrypoint + "\n) </dev/null");
    if (lines.isEmpty()) return Optional.empty();
    return Optional.of("sudo -E -- /bin/sh -c " + quoted(String.join("\n", lines)) + " || :");
  }

  private static Optional<String> script(List<Run> first, List<Run> then) {
    var runs = Stream.concat(first.stream(), then.stream()).map(LifecycleTask::line).toList();
    if (runs.size() <= 1) return runs.stream().findFirst();
    return Optional.of(
        runs.stream().map(run -> "{\n" + run + "\n}").collect(Collectors.joining(" && ")));
  }

  static String line(Run run) {
    return switch (run) {
      case Run.Shell(var line) -> forShell(line.stripTrailing());
      case Run.Program(var argv) ->
          argv.stream().map(LifecycleTask::argument).collect(Collectors.joining(" "));
      case Run.AtOnce(var runs) -> atOnce(List.copyOf(runs.values()));
    };
  }

  /** In a shell of its own, which says nothing of jobs, and fails where one of them does. */
  private static String atOnce(List<Run> runs) {
    if (runs.size() == 1) return line(runs.getFirst());
    var script = new StringBuilder("(\n");
    for (int i = 1; i <= runs.size(); i++) {
      script.append("( ").append(line(runs.get(i - 1))).append("\n) & berth_%d=$!\n".formatted(i));
    }
    script.append("berth_code=0\n");
    for (int i = 1; i <= runs.size(); i++) {
      script.append("wait \"$berth_%d\" || berth_code=$?\n".formatted(i));
    }
    return script.append("exit \"$berth_code\"\n)").toString();
  }

  private static String forShell(String line) {
    return CONTAINER_ENV
        .matcher(line)
        .replaceAll(match -> Matcher.quoteReplacement(variable(match.group(1), match.group(2))));
  }

  /** A single word for the shell, which looks at nothing in it but the environment's values. */
  private static String argument(String text) {
    var parts = CONTAINER_ENV.matcher(text);
    var word = new StringBuilder();
    int from = 0;
    while (parts.find()) {
      if (parts.start() > from) word.append(quoted(text.substring(from, parts.start())));
      word.append('"').append(variable(parts.group(1), parts.group(2))).append('"');
      from = parts.end();
    }
    if (from < text.length() || word.isEmpty()) word.append(quoted(text.substring(from)));
    return word.toString();
  }

  @SuppressWarnings("NullAway") // a group that matched nothing is null
  private static String variable(String name, String otherwise) {
    // What a shell would act on in a default is left out: it is a text of the file, not a command.
    var safe = otherwise == null ? "" : otherwise.replaceAll("[^A-Za-z0-9_./:@=, +-]", "");
    return "${" + name + (safe.isEmpty() ? "-" : ":-" + safe) + "}";
  }

  private static String quoted(String text) {
    if (text.matches("[A-Za-z0-9_./:@=,+-]+")) return text;
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
