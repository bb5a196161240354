package dev.berth.definition.resolve;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.definition.Definition;
import dev.berth.definition.Finding;
import dev.berth.definition.Image;
import dev.berth.definition.Origin;
import dev.berth.definition.Origin.Kind;
import dev.berth.definition.compose.ComposeService;
import dev.berth.definition.devcontainer.DevcontainerJson;
import dev.berth.definition.devcontainer.LockFile;
import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.definition.gitpod.GitpodYml;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Utf8;
import dev.berth.protocol.Severity;
import dev.berth.protocol.inside.BootPlan.DefinitionFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which definition a repository has: its {@code .gitpod.yml}, else its {@code devcontainer.json},
 * else what its files tell, else none (gitpod-classic 3.1). Pure but for the files it is given.
 */
public final class Definitions {
  private static final String FOLDER = ".devcontainer";
  private static final String NAME = "devcontainer.json";

  /** More places than these for a devcontainer.json are not offered. */
  private static final int MOST_CHOICES = 32;

  private final RepositoryFiles files;
  private final Surroundings surroundings;

  private Definitions(RepositoryFiles files, Surroundings surroundings) {
    this.files = files;
    this.surroundings = surroundings;
  }

  /** The definition that a repository has by itself. */
  public static Definition of(RepositoryFiles files, Surroundings surroundings)
      throws InterruptedException {
    return new Definitions(files, surroundings).first();
  }

  /**
   * The definition in {@code file}, which somebody chose. {@link Problem.Missing} where it is not
   * there, {@link Problem.Invalid} where it is none that is read.
   */
  public static Definition of(RepositoryFiles files, Surroundings surroundings, String file)
      throws InterruptedException {
    return new Definitions(files, surroundings).chosen(file);
  }

  /** The files that a definition can be read from, the one that counts first. */
  public static List<String> choices(RepositoryFiles files) throws InterruptedException {
    var choices = new ArrayList<String>();
    var root = files.list(".");
    if (root.contains(GitpodYml.FILE)) choices.add(GitpodYml.FILE);
    else if (root.contains(GitpodYml.FIRST_NAME)) choices.add(GitpodYml.FIRST_NAME);
    var below = root.contains(FOLDER + "/") ? files.list(FOLDER) : Set.<String>of();
    if (below.contains(NAME)) choices.add(FOLDER + "/" + NAME);
    if (root.contains("." + NAME)) choices.add("." + NAME);
    for (var name : below.stream().filter(each -> each.endsWith("/")).sorted().toList()) {
      if (choices.size() == MOST_CHOICES) break;
      if (!Quoted.isPlain(name)) continue; // it would stand in messages and terminals
      if (files.list(FOLDER + "/" + name.substring(0, name.length() - 1)).contains(NAME)) {
        choices.add(FOLDER + "/" + name + NAME);
      }
    }
    return choices;
  }

  private Definition first() throws InterruptedException {
    var choices = choices(files);
    if (choices.isEmpty()) return inferred();
    var file = choices.getFirst();
    var others = choices.subList(1, choices.size());
    return read(file, why(file, others), others);
  }

  private static String why(String file, List<String> others) {
    if (others.isEmpty()) {
      return "%s says what this repository wants.".formatted(Quoted.printable(file, 200));
    }
    var rest = Quoted.printable(String.join(", ", others), 400);
    if (file.endsWith(NAME)) {
      return "%s was used, the first of several; %s could be chosen instead."
          .formatted(Quoted.printable(file, 200), rest);
    }
    return "%s was used, which comes before %s.".formatted(file, rest);
  }

  private Definition chosen(String file) throws InterruptedException {
    boolean isOne =
        file.equals(GitpodYml.FILE)
            || file.equals(GitpodYml.FIRST_NAME)
            || file.equals("." + NAME)
            || file.equals(FOLDER + "/" + NAME)
            || file.matches("\\.devcontainer/[^/]+/devcontainer\\.json");
    if (!isOne || file.contains("..")) {
      throw new Problem.Invalid(
          "%s is no place of a definition.".formatted(Quoted.text(file)),
          "Name .gitpod.yml, .devcontainer/devcontainer.json, .devcontainer.json or .devcontainer/<name>/devcontainer.json.");
    }
    var others = new ArrayList<>(choices(files));
    if (!others.remove(file)) {
      throw new Problem.Missing(
          "There is no file %s in this repository.".formatted(Quoted.text(file)),
          others.isEmpty()
              ? "Write one: gp init"
              : "There is: %s".formatted(Quoted.printable(String.join(", ", others), 400)));
    }
    return read(file, "%s was chosen.".formatted(Quoted.printable(file, 200)), others);
  }

  private Definition read(String file, String why, List<String> others)
      throws InterruptedException {
    Optional<byte[]> bytes;
    try {
      bytes = files.read(file, Utf8.MOST_BYTES);
    } catch (Problem e) {
      return unread(file, e.what(), e.remedy());
    }
    if (bytes.isEmpty()) return unread(file, "It is no plain file.", "Write a plain file there.");
    boolean isGitpod = !file.endsWith(NAME);
    var definition =
        isGitpod
            ? GitpodYml.read(file, bytes.get())
            : locked(file, composed(DevcontainerJson.read(file, bytes.get(), surroundings)));
    var origin =
        new Origin(
            isGitpod ? Kind.GITPOD : Kind.DEVCONTAINER,
            Optional.of(file),
            why,
            List.copyOf(others),
            Optional.of(DefinitionFile.digest(bytes.get())));
    return definition.with(origin, definition.findings());
  }

  /** With what its Compose files say of its service, where it has some. */
  private Definition composed(Definition definition) throws InterruptedException {
    if (!(definition.image() instanceof Image.Composed(var paths, var service, var others))) {
      return definition;
    }
    var all = new ArrayList<>(definition.findings());
    var compose = new ArrayList<ComposeService.File>();
    for (var path : paths) {
      try {
        var bytes = files.read(path, Utf8.MOST_BYTES);
        if (bytes.isPresent()) compose.add(new ComposeService.File(path, bytes.get()));
        else all.add(unusable(path, "There is no such file.", "Correct \"dockerComposeFile\"."));
      } catch (Problem e) {
        all.add(unusable(path, e.what(), e.remedy()));
      }
    }
    if (compose.isEmpty()) return definition.with(new Image.Default(), Map.of(), List.of(), all);
    var said = ComposeService.read(compose, service, others);
    all.addAll(said.findings());
    return definition.with(
        said.image().orElseGet(Image.Default::new), said.env(), said.ports(), all);
  }

  private static Finding unusable(String path, String what, String remedy) {
    return new Finding(
        Severity.ERROR, path, 1, 1, "The Compose file cannot be read. " + what, remedy);
  }

  /** With its features held to the builds that its lock file names, where it has one. */
  private Definition locked(String file, Definition definition) throws InterruptedException {
    if (definition.container().features().isEmpty()) return definition;
    var path = LockFile.path(file);
    var all = new ArrayList<>(definition.findings());
    try {
      var bytes = files.read(path, Utf8.MOST_BYTES);
      if (bytes.isEmpty()) return definition;
      var findings = new Findings(path);
      var lock = LockFile.read(bytes.get(), findings);
      all.addAll(findings.inOrder());
      return definition.with(definition.container().locked(lock.builds()), all);
    } catch (Problem e) {
      all.add(
          new Finding(
              Severity.ERROR,
              path,
              1,
              1,
              "The lock file cannot be read; features are taken as their versions say. " + e.what(),
              e.remedy()));
      return definition.with(definition.container(), all);
    }
  }

  private static Definition unread(String file, String what, String remedy) {
    return Definition.NONE.with(
        new Origin(
            Kind.DEFAULT,
            Optional.empty(),
            "%s cannot be read, so nothing but the default image is used."
                .formatted(Quoted.printable(file, 200)),
            List.of()),
        List.of(
            new Finding(
                Severity.ERROR,
                Quoted.printable(file, 200),
                1,
                1,
                "The file cannot be read. " + what,
                remedy)));
  }

  private Definition inferred() throws InterruptedException {
    var found = Inference.of(files);
    var builds = found.reasons();
    if (builds.isEmpty()) {
      return Definition.NONE.with(
          new Origin(
              Kind.DEFAULT,
              Optional.empty(),
              "The repository has no .gitpod.yml and no devcontainer.json, and its files do not tell how it is built.",
              List.of()),
          List.of());
    }
    var origin =
        new Origin(
            Kind.INFERRED,
            Optional.empty(),
            "The repository has no .gitpod.yml and no devcontainer.json; what is run was guessed from %s. Write a .gitpod.yml to say it better."
                .formatted(String.join(", ", builds)),
            List.of());
    return found.definition().with(origin, List.of());
  }
}
