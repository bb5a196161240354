package dev.berth.definition.convert;

import dev.berth.definition.Definition;
import dev.berth.definition.Image;
import dev.berth.definition.Prebuilds;
import dev.berth.definition.Repositories;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.TaskPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes a definition as {@code .devcontainer/devcontainer.json}. */
public final class DevcontainerWriter {
  /** The smallest image that tools for dev containers all know. */
  private static final String USUAL_IMAGE = "mcr.microsoft.com/devcontainers/base:debian";

  private final Definition definition;
  private final Map<String, Object> fields = new LinkedHashMap<>();
  private final List<String> lost = new ArrayList<>();

  private DevcontainerWriter(Definition definition) {
    this.definition = definition;
  }

  public static Converted write(Definition definition) {
    return new DevcontainerWriter(definition).whole();
  }

  private Converted whole() {
    image();
    ports();
    env();
    tasks();
    customizations();
    places();
    if (!definition.prebuilds().equals(Prebuilds.USUAL)) {
      lost.add("github.prebuilds: say it where prebuilds are made.");
    }
    definition.coreDump().ifPresent(_ -> lost.add("coreDump: run ulimit -c in a command."));
    return new Converted(".devcontainer/devcontainer.json", JsonWriter.write(fields), lost);
  }

  private void image() {
    switch (definition.image()) {
      case Image.Default _ -> {
        fields.put("image", USUAL_IMAGE);
        lost.add(
            "The default image, which has no name elsewhere: %s is named.".formatted(USUAL_IMAGE));
      }
      case Image.Reference(var reference) -> fields.put("image", reference);
      case Image.Built(var dockerfile, var context, _) -> {
        int slash = dockerfile.lastIndexOf('/');
        var folder = slash < 0 ? "." : dockerfile.substring(0, slash);
        fields.put(
            "build",
            ordered("dockerfile", "../" + dockerfile, "context", up(context.orElse(folder))));
      }
      case Image.Composed(var files, var service, var others) -> {
        fields.put("dockerComposeFile", files.stream().map(DevcontainerWriter::up).toList());
        fields.put("service", service);
        if (!others.isEmpty()) fields.put("runServices", others);
      }
    }
  }

  private static String up(String path) {
    return path.equals(".") ? ".." : "../" + path;
  }

  private void ports() {
    var forwarded = new ArrayList<Integer>();
    var attributes = new LinkedHashMap<String, Object>();
    for (var port : definition.ports()) {
      boolean single = port.first() == port.last();
      if (single) forwarded.add(port.first());
      var said = attributes(port);
      if (!said.isEmpty()) {
        attributes.put(single ? "" + port.first() : port.first() + "-" + port.last(), said);
      }
      if (port.visibility() == PortPlan.Visibility.PUBLIC) {
        lost.add("Port %d is public: tell people to open it.".formatted(port.first()));
      }
      port.description()
          .ifPresent(text -> lost.add("The description of port %d.".formatted(port.first())));
    }
    if (!forwarded.isEmpty()) fields.put("forwardPorts", forwarded);
    if (!attributes.isEmpty()) fields.put("portsAttributes", attributes);
  }

  private static Map<String, Object> attributes(PortPlan port) {
    var said = new LinkedHashMap<String, Object>();
    port.name().ifPresent(name -> said.put("label", name));
    switch (port.onOpen()) {
      case NOTIFY -> {}
      case OPEN_BROWSER -> said.put("onAutoForward", "openBrowser");
      case OPEN_PREVIEW -> said.put("onAutoForward", "openPreview");
      case IGNORE -> said.put("onAutoForward", "silent");
      case IGNORE_COMPLETELY -> said.put("onAutoForward", "ignore");
    }
    if (port.https()) said.put("protocol", "https");
    return said;
  }

  /** What refers to the container's variables is one of those that come after them. */
  private void env() {
    var container = new LinkedHashMap<String, String>();
    var remote = new LinkedHashMap<String, String>();
    definition
        .env()
        .forEach((name, value) ->
            (value.contains("${containerEnv:") ? remote : container).put(name, value));
    if (!container.isEmpty()) fields.put("containerEnv", container);
    if (!remote.isEmpty()) fields.put("remoteEnv", remote);
  }

  private void tasks() {
    var create = new LinkedHashMap<String, String>();
    var start = new LinkedHashMap<String, String>();
    int number = 0;
    for (var task : definition.tasks()) {
      var name = task.name().orElse("task " + ++number);
      while (create.containsKey(name) || start.containsKey(name)) name += "'";
      var exports = exports(task);
      var before = task.before().map(script -> script.stripTrailing() + "\n").orElse("");
      var init = String.join("\n", present(task.init().orElse(""), task.created().orElse("")));
      if (!init.isEmpty()) create.put(name, exports + before + init);
      if (task.command().isPresent()) start.put(name, exports + before + task.command().get());
      else if (init.isEmpty() && !before.isEmpty()) start.put(name, exports + before);
      if (task.prebuild().isPresent()) lost.add("\"prebuild\" of the task %s.".formatted(name));
      if (task.openIn().isPresent() || task.openMode().isPresent()) {
        lost.add("Where the task %s opens its terminal.".formatted(name));
      }
    }
    command("onCreateCommand", create);
    command("postStartCommand", start);
    if (start.size() > 1) lost.add("A terminal for each task: all print into one.");
  }

  private void command(String field, Map<String, String> commands) {
    if (commands.size() == 1) fields.put(field, commands.values().iterator().next());
    else if (!commands.isEmpty()) fields.put(field, commands);
  }

  private static List<String> present(String... parts) {
    return Stream.of(parts).filter(part -> !part.isBlank()).toList();
  }

  private static String exports(TaskPlan task) {
    var exports = new StringBuilder();
    task.env()
        .forEach((name, value) ->
            exports.append("export %s='%s'\n".formatted(name, value.replace("'", "'\\''"))));
    return exports.toString();
  }

  private void customizations() {
    var tools = new LinkedHashMap<String, Object>();
    var code = new LinkedHashMap<String, Object>();
    if (!definition.extensions().isEmpty()) code.put("extensions", definition.extensions());
    if (!definition.container().settings().equals("{}")) {
      code.put("settings", new JsonWriter.Raw(definition.container().settings()));
    }
    if (!code.isEmpty()) tools.put("vscode", code);
    if (!definition.jetbrains().plugins().isEmpty()) {
      tools.put("jetbrains", Map.of("plugins", definition.jetbrains().plugins()));
    }
    if (!definition.jetbrains().products().isEmpty()) {
      lost.add(
          "jetbrains: what is said of %s alone."
              .formatted(String.join(", ", definition.jetbrains().products().keySet())));
    }
    if (!tools.isEmpty()) fields.put("customizations", tools);
  }

  private void places() {
    definition
        .checkoutLocation()
        .ifPresent(path -> lost.add("checkoutLocation %s: say workspaceMount.".formatted(path)));
    definition
        .workspaceLocation()
        .ifPresent(path -> lost.add("workspaceLocation %s: say workspaceFolder.".formatted(path)));
    for (var name : definition.gitConfig().keySet()) {
      lost.add("gitConfig %s: run git config in onCreateCommand.".formatted(name));
    }
    if (!definition.repositories().equals(Repositories.NONE)) {
      lost.add("additionalRepositories and mainConfiguration: clone them in onCreateCommand.");
    }
  }

  private static Map<String, Object> ordered(String one, Object first, String two, Object second) {
    var both = new LinkedHashMap<String, Object>();
    both.put(one, first);
    both.put(two, second);
    return both;
  }
}
