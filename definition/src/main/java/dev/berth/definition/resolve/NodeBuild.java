package dev.berth.definition.resolve;

import dev.berth.base.Problem;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.JsoncText;
import dev.berth.definition.reading.Place;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Utf8;
import dev.berth.definition.reading.Value;
import dev.berth.definition.resolve.Inference.Build;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a package.json tells: the package manager by its lock file, and which scripts there are. */
final class NodeBuild {
  private static final String FILE = "package.json";

  private NodeBuild() {}

  static Optional<Build> of(RepositoryFiles files, Set<String> root) throws InterruptedException {
    if (!root.contains(FILE)) return Optional.empty();
    var told =
        new Section(content(files), "", new Findings(FILE)); // its mistakes are npm's to tell
    var tool = tool(root, told);
    var scripts = told.section("scripts").map(Section::names).orElse(Set.of());
    var install = install(tool, root);
    var build =
        Inference.first(scripts, "build", "compile").map(name -> " && " + tool + " run " + name);
    var command = Inference.first(scripts, "dev", "start", "serve", "watch");
    return Optional.of(
        new Build(
            reason(tool, root),
            tool,
            install + build.orElse(""),
            command.map(name -> tool + " run " + name).orElse(""),
            List.of("dbaeumer.vscode-eslint")));
  }

  private static Value.Fields content(RepositoryFiles files) throws InterruptedException {
    try {
      var bytes = files.read(FILE, Utf8.MOST_BYTES);
      var root = bytes.flatMap(some -> JsoncText.read(some, new Findings(FILE)));
      if (root.isPresent() && root.get() instanceof Value.Fields fields) return fields;
    } catch (Problem _) {
      // Then it is installed without a look into it; npm says what is wrong with it.
    }
    return new Value.Fields(Place.START, Map.of());
  }

  private static String tool(Set<String> root, Section told) {
    var said = told.text("packageManager", 256).orElse("");
    for (var tool : List.of("pnpm", "yarn", "npm")) {
      if (said.startsWith(tool + "@")) return tool;
    }
    if (root.contains("pnpm-lock.yaml")) return "pnpm";
    return root.contains("yarn.lock") ? "yarn" : "npm";
  }

  private static String install(String tool, Set<String> root) {
    if (tool.equals("npm") && root.contains("package-lock.json")) return "npm ci";
    return tool + " install";
  }

  private static String reason(String tool, Set<String> root) {
    return switch (tool) {
      case "pnpm" -> root.contains("pnpm-lock.yaml") ? "pnpm-lock.yaml" : FILE;
      case "yarn" -> root.contains("yarn.lock") ? "yarn.lock" : FILE;
      default -> FILE;
    };
  }
}
