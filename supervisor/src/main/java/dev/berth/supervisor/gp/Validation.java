package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.base.file.FolderTree;
import dev.berth.definition.Definition;
import dev.berth.definition.Finding;
import dev.berth.definition.Origin;
import dev.berth.definition.Origin.Kind;
import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.definition.resolve.Definitions;
import dev.berth.definition.resolve.RepositoryFiles;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.supervisor.definition.LiveJson;
import dev.berth.supervisor.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the definition of the working copy as a start of a workspace does, and tells of it. */
final class Validation {
  /** As outside: what still runs then is a server. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private Validation() {}

  static List<Verb> verbs() {
    var validate =
        Verb.of(
                "validate",
                "Check .gitpod.yml or devcontainer.json, then try it: start this working copy beside this workspace",
                Validation::run)
            .taking(0, 1, "[folder]")
            .with(
                Flag.valued('f', "file", "file", "the definition's file, where there are several"),
                Flag.of('c', "check", "only say what is wrong, at its line and column"),
                Flag.valued('t', "for", "duration", "how long tasks may run, 10m unless said"));
    var report =
        Verb.of("definition", "Print what a definition says of ports", Validation::report)
            .taking(1, 1, "<file>")
            .unseen();
    return List.of(validate, validate.alsoCalled("rebuild"), report);
  }

  /** The files of a folder, no link followed. */
  private record WorkingCopy(FolderTree tree) implements RepositoryFiles {
    @Override
    public Set<String> list(String folder) {
      return tree.list(folder);
    }

    @Override
    public Optional<byte[]> read(String path, int most) {
      return tree.read(path, most);
    }
  }

  private static int run(Call call) throws IOException, InterruptedException {
    var folder =
        call.operand(0).map(call.caller().folder()::resolve).orElseGet(call.caller()::repository);
    if (!Files.isDirectory(folder)) {
      throw new Problem.Missing(
          "There is no folder %s.".formatted(folder), "Name the repository's.");
    }
    var definition = definition(call, folder.toAbsolutePath().normalize());
    var origin = definition.origin();
    if (origin.kind() == Kind.DEFAULT && definition.findings().isEmpty()) {
      throw new Problem.Missing(
          "There is no .gitpod.yml and no devcontainer.json in %s.".formatted(folder),
          "Write one: gp init");
    }
    for (var finding : definition.findings()) call.say(finding.words());
    if (origin.file().isEmpty() || !origin.others().isEmpty()) call.say(origin.why());
    if (origin.file().isPresent() && definition.findings().isEmpty()) {
      call.say("%s is valid.".formatted(folder.resolve(origin.file().get())));
    }
    if (definition.hasErrors()) return 1;
    if (call.has("check")) return 0;
    var longest = call.option("for").map(Amounts::duration).orElse(LONGEST);
    call.caller().out().flush();
    return Trial.run(call, folder, call.option("file"), longest);
  }

  /** For the supervisor, which reads nothing of its user's itself: its memory is for all. */
  private static int report(Call call) throws InterruptedException {
    var file = call.operand(0).orElseThrow();
    var folder = call.caller().folder();
    var about = Surroundings.of(String.valueOf(folder.getFileName()), folder.toString());
    var definition = Definitions.of(new WorkingCopy(new FolderTree(folder)), about, file);
    var findings = definition.findings().stream().map(Validation::found).toList();
    boolean broken = definition.hasErrors() && saysNothing(definition);
    call.say(
        JsonText.write(
            LiveJson.map(
                broken
                    ? new LiveDefinition.Unreadable(file, new LiveDefinition.NotRead(), findings)
                    : new LiveDefinition.Changed(file, definition.ports(), findings))));
    return 0;
  }

  /** As of a file whose first error is its last: a tab, a bracket that is never closed. */
  private static boolean saysNothing(Definition definition) {
    return definition.with(Origin.NONE, List.of()).equals(Definition.NONE);
  }

  private static LiveDefinition.Found found(Finding finding) {
    return new LiveDefinition.Found(
        finding.severity(), finding.line(), finding.column(), finding.what(), finding.remedy());
  }

  private static Definition definition(Call call, Path folder) throws InterruptedException {
    var files = new WorkingCopy(new FolderTree(folder));
    var surroundings = Surroundings.of(String.valueOf(folder.getFileName()), folder.toString());
    var file = call.option("file");
    return file.isPresent()
        ? Definitions.of(files, surroundings, file.get())
        : Definitions.of(files, surroundings);
  }
}
