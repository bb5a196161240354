package dev.berth.definition.convert;

import dev.berth.definition.Container.Needs;
import dev.berth.definition.Definition;
import dev.berth.definition.Feature;
import dev.berth.definition.Image;
import dev.berth.definition.JetBrains;
import dev.berth.definition.Lifecycle.Moment;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.TaskPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a definition as {@code .gitpod.yml}. */
public final class GitpodWriter {
  private final Definition definition;
  private final Map<String, Object> fields = new LinkedHashMap<>();
  private final List<String> lost = new ArrayList<>();

  private GitpodWriter(Definition definition) {
    this.definition = definition;
  }

  public static Converted write(Definition definition) {
    return new GitpodWriter(definition).whole();
  }

  private Converted whole() {
    image();
    put("checkoutLocation", definition.checkoutLocation().orElse(""));
    put("workspaceLocation", definition.workspaceLocation().orElse(""));
    tasks();
    put(
        "ports",
        definition.ports().stream().filter(this::isWritten).map(GitpodWriter::port).toList());
    env();
    put("gitConfig", definition.gitConfig());
    if (!definition.extensions().isEmpty()) {
      fields.put("vscode", Map.of("extensions", definition.extensions()));
    }
    var jetbrains = definition.jetbrains();
    if (!jetbrains.equals(JetBrains.NONE)) {
      if (!jetbrains.plugins().isEmpty()) {
        fields.put("jetbrains", Map.of("plugins", jetbrains.plugins()));
      }
    }
    container();
    return new Converted(".gitpod.yml", YamlWriter.write(fields), lost);
  }

  private void put(String name, Object value) {
    boolean empty =
        switch (value) {
          case String text -> text.isEmpty();
          case Map<?, ?> map -> map.isEmpty();
          case List<?> list -> list.isEmpty();
          default -> false;
        };
    if (!empty) fields.put(name, value);
  }

  private void image() {
    switch (definition.image()) {
      case Image.Default _ -> {}
      case Image.Reference(var reference) -> fields.put("image", reference);
      case Image.Built(var dockerfile, var context, var options) -> {
        var image = new LinkedHashMap<String, Object>();
        image.put("file", dockerfile);
        context.ifPresent(folder -> image.put("context", folder));
        fields.put("image", image);
        if (!options.equals(Image.Options.NONE)) {
          lost.add("Build arguments, target, caches and options: write them into the Dockerfile.");
        }
      }
      case Image.Composed(var files, var service, _) ->
          lost.add(
              "The service %s of %s: name its image under image:, and start the others in a task."
                  .formatted(service, String.join(", ", files)));
    }
    var features = definition.container().features();
    if (!features.isEmpty()) {
      lost.add(
          "Features (%s): install what they bring in a Dockerfile, and name it under image:."
              .formatted(
                  features.stream()
                      .map(Feature::place)
                      .map(Feature.Place::id)
                      .collect(Collectors.joining(", "))));
    }
  }

  private void tasks() {
    put("tasks", definition.tasks().stream().map(this::task).toList());
    var lifecycle = definition.container().lifecycle();
    if (lifecycle.waitFor() != Moment.UPDATE_CONTENT) {
      lost.add("waitFor: a workspace is opened at once, and its terminals show how far they are.");
    }
    if (!lifecycle.postAttach().isEmpty()) {
      lost.add("postAttachCommand runs at each start, not each time somebody connects.");
    }
    if (definition.tasks().stream().anyMatch(task -> task.created().isPresent())) {
      lost.add("postCreateCommand became a part of init, which prebuilds run too.");
    }
  }

  private Map<String, Object> task(TaskPlan task) {
    var written = new LinkedHashMap<String, Object>();
    task.name().ifPresent(name -> written.put("name", name));
    task.before().ifPresent(script -> written.put("before", script));
    var init = joined(task.init().orElse(""), task.created().orElse(""));
    if (!init.isEmpty()) written.put("init", init);
    task.prebuild().ifPresent(script -> written.put("prebuild", script));
    task.command().ifPresent(script -> written.put("command", script));
    if (!task.env().isEmpty()) written.put("env", task.env());
    task.openIn().ifPresent(where -> written.put("openIn", where));
    task.openMode().ifPresent(how -> written.put("openMode", how));
    return written;
  }

  private static String joined(String one, String other) {
    if (one.isEmpty() || other.isEmpty()) return one + other;
    return "{\n%s\n} && {\n%s\n}\n".formatted(one.stripTrailing(), other.stripTrailing());
  }

  /** Attributes of all other ports have no place there. */
  private boolean isWritten(PortPlan port) {
    if (port.first() > 1 || port.last() < 65535) return true;
    lost.add("otherPortsAttributes: name the ports, or a range of them.");
    return false;
  }

  private static Map<String, Object> port(PortPlan port) {
    var written = new LinkedHashMap<String, Object>();
    written.put(
        "port", port.first() == port.last() ? port.first() : port.first() + "-" + port.last());
    port.name().ifPresent(name -> written.put("name", name));
    port.description().ifPresent(text -> written.put("description", text));
    if (port.onOpen() != PortPlan.OnOpen.NOTIFY) {
      written.put("onOpen", port.onOpen().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    if (port.visibility() == PortPlan.Visibility.PUBLIC) written.put("visibility", "public");
    if (port.https()) written.put("protocol", "https");
    return written;
  }

  private void env() {
    var env = new LinkedHashMap<String, String>();
    definition
        .env()
        .forEach((name, value) -> {
          if (value.contains("${containerEnv:")) {
            lost.add(
                "The variable %s, which is made of the image's: export it in a task, or set it in a Dockerfile."
                    .formatted(name));
          } else {
            env.put(name, value);
          }
        });
    put("env", env);
  }

  private void container() {
    var container = definition.container();
    container
        .user()
        .ifPresent(user -> lost.add("The user %s: processes run as gitpod.".formatted(user)));
    for (var mount : container.mounts()) {
      lost.add("The mount at %s: all files of a workspace are kept.".formatted(mount.target()));
    }
    if (!container.settings().equals("{}")) {
      lost.add("Settings of VS Code: put them into the repository's .vscode/settings.json.");
    }
    if (!container.needs().equals(Needs.NONE)) {
      lost.add("hostRequirements: choose a size when the workspace is opened.");
    }
  }
}
