package dev.berth.runtime.runc.bundle;

import dev.berth.base.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What runs first in an instance, in the words of the supervisor's own tree: a file {@code argv}
 * with an argument a line, and a file {@code env} with a NAME=value a line.
 */
public record FirstProcess(List<String> argv, List<String> environment) {
  public FirstProcess {
    argv = List.copyOf(argv);
    environment = List.copyOf(environment);
  }

  /** Reads the two files of {@code tree}; {@link Problem.Unavailable} where they are not there. */
  public static FirstProcess of(Path tree) {
    try {
      return new FirstProcess(
          Files.readAllLines(tree.resolve("argv")), Files.readAllLines(tree.resolve("env")));
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The supervisor in %s is not whole: %s.".formatted(tree, e.getMessage()),
          "Build it again: ./mvnw -pl supervisor -am -DskipTests package.",
          e);
    }
  }
}
