package dev.berth.definition.resolve;

import dev.berth.definition.Container;
import dev.berth.definition.Definition;
import dev.berth.definition.Image;
import dev.berth.definition.JetBrains;
import dev.berth.definition.Origin;
import dev.berth.definition.Prebuilds;
import dev.berth.definition.Repositories;
import dev.berth.protocol.inside.TaskPlan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the files at a repository's root tell of how it is built and run. One task for each kind of
 * build, so that one that fails leaves the others alone.
 *
 * @param builds found, in a fixed order
 */
record Inference(List<Build> builds) {
  /**
   * One kind of build.
   *
   * @param reason the files that told of it
   * @param tool the program that its commands need
   * @param init run once; empty for nothing
   * @param command run at each start; empty for nothing
   * @param extensions that an editor wants for it
   */
  record Build(String reason, String tool, String init, String command, List<String> extensions) {
    Build {
      extensions = List.copyOf(extensions);
    }

    TaskPlan task() {
      return new TaskPlan(
          Optional.of(tool), Optional.empty(), script(init), script(command), Map.of());
    }

    /** Where the image lacks the program, that is told instead of a shell's own words. */
    private Optional<String> script(String line) {
      if (line.isEmpty()) return Optional.empty();
      if (tool.startsWith("./")) return Optional.of(line);
      return Optional.of(
          "if command -v %1$s >/dev/null; then\n  %2$s\nelse\n  echo \"%1$s is not in this image; name one that has it under image: in .gitpod.yml\"\nfi"
              .formatted(tool, line));
    }
  }

  Inference {
    builds = List.copyOf(builds);
  }

  static Inference of(RepositoryFiles files) throws InterruptedException {
    var root = files.list(".");
    var builds = new ArrayList<Build>();
    NodeBuild.of(files, root).ifPresent(builds::add);
    java(root).ifPresent(builds::add);
    go(root).ifPresent(builds::add);
    rust(root).ifPresent(builds::add);
    PythonBuild.of(files, root).ifPresent(builds::add);
    ruby(files, root).ifPresent(builds::add);
    php(root).ifPresent(builds::add);
    dotnet(root).ifPresent(builds::add);
    cpp(root).ifPresent(builds::add);
    if (builds.isEmpty()) make(root).ifPresent(builds::add); // elsewhere it wraps the same commands
    return new Inference(builds);
  }

  List<String> reasons() {
    return builds.stream().map(Build::reason).toList();
  }

  Definition definition() {
    Set<String> extensions =
        builds.stream()
            .flatMap(build -> build.extensions().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return new Definition(
        Origin.NONE,
        new Image.Default(),
        List.of(),
        builds.stream().map(Build::task).toList(),
        Optional.empty(),
        Optional.empty(),
        List.copyOf(extensions),
        Map.of(),
        Map.of(),
        Repositories.NONE,
        JetBrains.NONE,
        Optional.empty(),
        Prebuilds.USUAL,
        Container.PLAIN,
        List.of());
  }

  private static Optional<Build> java(Set<String> root) {
    var gradle =
        first(root, "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts");
    if (gradle.isPresent()) {
      var kotlin = gradle.get().endsWith(".kts") ? "fwcd.kotlin" : "vscjava.vscode-gradle";
      return Optional.of(
          root.contains("gradlew")
              ? new Build(
                  gradle.get(),
                  "./gradlew",
                  "sh ./gradlew assemble",
                  "",
                  List.of("redhat.java", kotlin))
              : new Build(
                  gradle.get(), "gradle", "gradle assemble", "", List.of("redhat.java", kotlin)));
    }
    if (!root.contains("pom.xml")) return Optional.empty();
    var extensions = List.of("redhat.java", "vscjava.vscode-java-debug", "vscjava.vscode-maven");
    return Optional.of(
        root.contains("mvnw")
            ? new Build("pom.xml", "./mvnw", "sh ./mvnw package -DskipTests", "", extensions)
            : new Build("pom.xml", "mvn", "mvn package -DskipTests", "", extensions));
  }

  private static Optional<Build> go(Set<String> root) {
    if (!root.contains("go.mod")) return Optional.empty();
    return Optional.of(
        new Build(
            "go.mod",
            "go",
            "go mod download && go build ./...",
            root.contains("main.go") ? "go run ." : "",
            List.of("golang.go")));
  }

  private static Optional<Build> rust(Set<String> root) {
    if (!root.contains("Cargo.toml")) return Optional.empty();
    return Optional.of(
        new Build("Cargo.toml", "cargo", "cargo build", "", List.of("rust-lang.rust-analyzer")));
  }

  private static Optional<Build> ruby(RepositoryFiles files, Set<String> root)
      throws InterruptedException {
    if (!root.contains("Gemfile")) return Optional.empty();
    var bin = root.contains("bin/") ? files.list("bin") : Set.<String>of();
    return Optional.of(
        new Build(
            "Gemfile",
            "bundle",
            bin.contains("setup") ? "bundle install && ruby bin/setup" : "bundle install",
            bin.contains("rails") ? "bundle exec rails server" : "",
            List.of("shopify.ruby-lsp")));
  }

  private static Optional<Build> php(Set<String> root) {
    if (!root.contains("composer.json")) return Optional.empty();
    return Optional.of(
        new Build(
            "composer.json",
            "composer",
            "composer install",
            root.contains("artisan") ? "php artisan serve" : "",
            List.of("bmewburn.vscode-intelephense-client")));
  }

  private static Optional<Build> dotnet(Set<String> root) {
    var project =
        root.stream()
            .filter(name -> name.matches(".+\\.(sln|slnx|csproj|fsproj|vbproj)"))
            .sorted()
            .findFirst();
    return project.map(
        name -> new Build(name, "dotnet", "dotnet build", "", List.of("muhammad-sammy.csharp")));
  }

  private static Optional<Build> cpp(Set<String> root) {
    if (!root.contains("CMakeLists.txt")) return Optional.empty();
    return Optional.of(
        new Build(
            "CMakeLists.txt",
            "cmake",
            "cmake -S . -B build && cmake --build build",
            "",
            List.of("llvm-vs-code-extensions.vscode-clangd")));
  }

  private static Optional<Build> make(Set<String> root) {
    return first(root, "Makefile", "makefile", "GNUmakefile")
        .map(name -> new Build(name, "make", "make", "", List.of()));
  }

  static Optional<String> first(Set<String> root, String... names) {
    for (var name : names) {
      if (root.contains(name)) return Optional.of(name);
    }
    return Optional.empty();
  }
}
