package dev.berth.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real repository in a folder, made by git. */
public final class TestRepository {
  private final Path folder;

  private TestRepository(Path folder) {
    this.folder = folder;
  }

  /** An empty one, readable by everybody. */
  public static TestRepository create(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setAttribute(folder, "unix:mode", 0755);
    Files.setAttribute(folder.getParent(), "unix:mode", 0755);
    var repository = new TestRepository(folder);
    repository.git("init", "--quiet", "--initial-branch=main");
    return repository;
  }

  /** One with {@code commits} on main, each of which writes README. */
  public static TestRepository withCommits(Path folder, int commits) throws IOException {
    var repository = create(folder);
    for (int i = 1; i <= commits; i++) repository.write("README", "version " + i).commitAll();
    return repository;
  }

  public TestRepository write(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  public TestRepository commitAll() {
    git("add", "--all");
    git("commit", "--quiet", "--message=change");
    return this;
  }

  public String url() {
    return "file://" + folder;
  }

  public Path folder() {
    return folder;
  }

  public Optional<String> commit(String name) {
    return Optional.of(git("rev-parse", name + "^{commit}"));
  }

  public String git(String... arguments) {
    var argv =
        new ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t@example.org"));
    argv.addAll(List.of(arguments));
    return run(folder, argv);
  }

  /** The output of a program that must go well. */
  public static String run(Path folder, List<String> argv) {
    try {
      var process =
          new ProcessBuilder(argv).directory(folder.toFile()).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) throw new IllegalStateException(argv + ": " + output);
      return output.strip();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
