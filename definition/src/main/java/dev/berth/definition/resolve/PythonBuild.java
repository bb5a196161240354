package dev.berth.definition.resolve;

import dev.berth.base.Problem;
import dev.berth.definition.reading.Utf8;
import dev.berth.definition.resolve.Inference.Build;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a Python project's files tell: uv, poetry or pip, and what is run. */
final class PythonBuild {
  private static final String PROJECT = "pyproject.toml";
  private static final String IN_VENV = "python3 -m venv .venv && .venv/bin/pip install ";

  private PythonBuild() {}

  static Optional<Build> of(RepositoryFiles files, Set<String> root) throws InterruptedException {
    var extensions = List.of("ms-python.python");
    var run =
        Inference.first(root, "manage.py", "main.py", "app.py")
            .map(name -> name.equals("manage.py") ? "manage.py runserver" : name);
    if (root.contains("uv.lock") || tells(files, root, "[tool.uv]")) {
      return Optional.of(
          new Build(
              root.contains("uv.lock") ? "uv.lock" : PROJECT,
              "uv",
              "uv sync",
              run.map(name -> "uv run python " + name).orElse(""),
              extensions));
    }
    if (root.contains("poetry.lock") || tells(files, root, "[tool.poetry]")) {
      return Optional.of(
          new Build(
              root.contains("poetry.lock") ? "poetry.lock" : PROJECT,
              "poetry",
              "poetry install",
              run.map(name -> "poetry run python " + name).orElse(""),
              extensions));
    }
    var wanted =
        Inference.first(root, "requirements.txt", PROJECT, "setup.py")
            .map(name ->
                new String[] {name, name.equals("requirements.txt") ? "-r " + name : "-e ."});
    return wanted.map(name ->
        new Build(
            name[0],
            "python3",
            IN_VENV + name[1],
            run.map(file -> ".venv/bin/python " + file).orElse(""),
            extensions));
  }

  private static boolean tells(RepositoryFiles files, Set<String> root, String table)
      throws InterruptedException {
    if (!root.contains(PROJECT)) return false;
    try {
      var bytes = files.read(PROJECT, Utf8.MOST_BYTES).orElse(new byte[0]);
      if (bytes.length > Utf8.MOST_BYTES) return false;
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .anyMatch(line -> line.strip().equals(table));
    } catch (Problem _) {
      return false; // a guess needs no certainty
    }
  }
}
