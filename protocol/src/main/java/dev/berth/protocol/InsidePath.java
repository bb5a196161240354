package dev.berth.protocol;

import dev.berth.base.Problem;
import dev.berth.base.posix.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a file is inside a workspace: names from its root on. As text it is absolute, with names as
 * {@link Name#escaped} has them, so that every file of Linux can be asked for.
 */
public record InsidePath(List<Name> names) {
  public static final InsidePath ROOT = new InsidePath(List.of());

  /** Four times what the kernel takes, for bytes that are written with four letters. */
  private static final int LETTERS_MAX = 16 << 10;

  public InsidePath {
    names = List.copyOf(names);
  }

  /** The path that {@code text} is; {@link Problem.Invalid} for what can be none. */
  public static InsidePath parse(String text) {
    if (!text.startsWith("/") || text.length() > LETTERS_MAX) throw invalid();
    var names = new ArrayList<Name>();
    for (var part : text.split("/")) {
      if (part.isEmpty()) continue;
      names.add(Name.unescaped(part).filter(Name::isOneStep).orElseThrow(InsidePath::invalid));
    }
    return new InsidePath(names);
  }

  private static Problem invalid() {
    return new Problem.Invalid(
        "That is no path of a file in a workspace.",
        "Give an absolute one without . and .., such as /workspace/notes.txt.");
  }

  /** The path of what is called so in this folder. */
  public InsidePath with(Name name) {
    var more = new ArrayList<>(names);
    more.add(name);
    return new InsidePath(more);
  }

  @Override
  public String toString() {
    return "/" + names.stream().map(Name::escaped).collect(Collectors.joining("/"));
  }
}
