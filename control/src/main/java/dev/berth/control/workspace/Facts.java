package dev.berth.control.workspace;

import dev.berth.definition.Container.Mount;
import dev.berth.definition.Container.Needs;
import dev.berth.definition.Definition;
import dev.berth.definition.Feature;
import dev.berth.definition.Image;
import dev.berth.definition.Lifecycle.Run;
import dev.berth.definition.Origin;
import dev.berth.protocol.api.DefinitionView;
import dev.berth.protocol.api.DefinitionView.Fact;
import dev.berth.protocol.api.WorkspaceView.PortView;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.TaskPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is in force in a workspace, a line each, and where each comes from. */
final class Facts {
  private static final String BERTH = "Berth’s default";

  private final List<Fact> facts = new ArrayList<>();
  private final Workspace workspace;
  private final PortRules rules;
  private final Definition definition;
  private final String file;

  private Facts(Workspace workspace, PortRules rules) {
    this.workspace = workspace;
    this.rules = rules;
    this.definition = workspace.plan().definition();
    this.file =
        switch (definition.origin().kind()) {
          case GITPOD, DEVCONTAINER -> definition.origin().file().orElse("the repository");
          case INFERRED -> "the repository’s files";
          case DEFAULT -> BERTH;
        };
  }

  static DefinitionView of(Workspace workspace, PortRules rules) {
    var origin = workspace.plan().definition().origin();
    return new DefinitionView(
        origin.file(), origin.why(), origin.others(), new Facts(workspace, rules).all());
  }

  private List<Fact> all() {
    image();
    size();
    folder();
    // What a devcontainer.json makes of its commands is a script that says nothing more.
    if (definition.origin().kind() == Origin.Kind.DEVCONTAINER) lifecycle();
    else definition.tasks().forEach(this::task);
    ports();
    stated("Extensions", definition.extensions());
    stated("Variables", pairs(definition.env()));
    stated("Variables of its user", pairs(definition.container().remoteEnv()));
    stated("Git configuration", pairs(definition.gitConfig()));
    stated("Repositories beside", beside());
    stated("Definition of", definition.repositories().main().stream().toList());
    stated("User", definition.container().user().stream().toList());
    stated("Mounts", definition.container().mounts().stream().map(Facts::mount).toList());
    var settings = definition.container().settings();
    stated("Settings of VS Code", settings.equals("{}") ? List.of() : List.of(settings));
    stated("JetBrains plugins", definition.jetbrains().plugins());
    stated(
        "Core dumps",
        definition.coreDump().stream()
            .map(dump ->
                "up to %,d bytes, at most %,d".formatted(dump.softBytes(), dump.hardBytes()))
            .toList());
    return facts;
  }

  private void stated(String name, List<String> values) {
    if (!values.isEmpty()) facts.add(new Fact(name, values, file));
  }

  private void ports() {
    var ports = rules.defined().stream().map(Facts::port).toList();
    var from = rules.notice().isPresent() ? file + " as it is now in the workspace" : file;
    if (!ports.isEmpty()) facts.add(new Fact("Ports", ports, from));
  }

  private void image() {
    if (workspace.state().choices().defaultImage()) {
      facts.add(new Fact("Image", List.of("the default image"), "your choice at the last start"));
      return;
    }
    var said =
        switch (definition.image()) {
          case Image.Default _ -> Optional.<String>empty();
          case Image.Reference(var reference) -> Optional.of(reference);
          case Image.Built(var dockerfile, var context, var options) ->
              Optional.of(
                  "built of %s%s%s"
                      .formatted(
                          dockerfile,
                          context.map(Facts::seen).orElse(""),
                          options.target().map(stage -> ", its stage " + stage).orElse("")));
          case Image.Composed(var files, var service, _) ->
              Optional.of("the service %s of %s".formatted(service, String.join(", ", files)));
        };
    facts.add(
        new Fact(
            "Image", List.of(said.orElse("the default image")), said.isPresent() ? file : BERTH));
    stated("Features", definition.container().features().stream().map(Facts::feature).toList());
  }

  private static String seen(String folder) {
    return folder.equals(".") ? ", which sees the whole repository" : ", which sees " + folder;
  }

  private void size() {
    boolean asked = !definition.container().needs().equals(Needs.NONE);
    facts.add(
        new Fact("Size", List.of(workspace.plan().size()), asked ? file : "the configuration"));
  }

  private void folder() {
    var source = workspace.plan().source();
    var location = definition.checkoutLocation();
    facts.add(
        new Fact(
            "Folder",
            List.of("/workspace/" + source.location(location)),
            location.isPresent() ? file : "the repository’s name"));
    stated(
        "Opened",
        definition.workspaceLocation().stream().map(name -> "/workspace/" + name).toList());
  }

  private void task(TaskPlan task) {
    var lines =
        Stream.of(
                line("before", task.before()),
                line("init", task.init()),
                line("prebuild", task.prebuild()),
                line("once", task.created()),
                line("command", task.command()),
                pairs(task.env()).stream().map(pair -> "with " + pair))
            .flatMap(some -> some)
            .toList();
    var name = task.name().map(named -> "Task " + named).orElse("Task");
    stated(name, lines.isEmpty() ? List.of("a terminal") : lines);
  }

  private void lifecycle() {
    var moments = definition.container().lifecycle();
    stated("Run as root at each start", moments.entrypoints());
    runs("onCreateCommand", moments.onCreate());
    runs("updateContentCommand", moments.updateContent());
    runs("postCreateCommand", moments.postCreate());
    runs("postStartCommand", moments.postStart());
    runs("postAttachCommand", moments.postAttach());
  }

  private void runs(String moment, List<Run> runs) {
    stated(moment, runs.stream().map(Facts::run).toList());
  }

  private static String run(Run run) {
    return switch (run) {
      case Run.Shell(var line) -> line;
      case Run.Program(var argv) -> String.join(" ", argv);
      case Run.AtOnce(var all) ->
          all.entrySet().stream()
              .map(each -> each.getKey() + ": " + run(each.getValue()))
              .collect(Collectors.joining("; "));
    };
  }

  private static Stream<String> line(String what, Optional<String> command) {
    return command.stream().map(text -> what + ": " + text.strip());
  }

  private static List<String> pairs(Map<String, String> pairs) {
    return pairs.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList();
  }

  private static String feature(Feature feature) {
    var options = pairs(feature.options());
    return feature.place().id()
        + (options.isEmpty() ? "" : " (" + String.join(", ", options) + ")");
  }

  private static String mount(Mount mount) {
    return switch (mount) {
      case Mount.Volume(var name, var target, var readOnly) ->
          "%s, the volume %s%s".formatted(target, name, readOnly ? ", not to be written" : "");
      case Mount.Memory(var target) -> target + ", in memory";
    };
  }

  private static String port(PortPlan port) {
    var numbers =
        port.first() == port.last() ? "" + port.first() : port.first() + "-" + port.last();
    var name = port.name().map(named -> " " + named).orElse("");
    var visibility = PortView.word(port.visibility());
    return "%s%s: %s, %s%s"
        .formatted(
            numbers, name, visibility, PortView.word(port.onOpen()), port.https() ? ", https" : "");
  }

  private List<String> beside() {
    return workspace.plan().additional().stream()
        .map(one ->
            "%s in /workspace/%s"
                .formatted(one.source().cloneUrl(), one.source().location(one.location())))
        .toList();
  }
}
