package dev.berth.definition;

import java.util.List;
import java.util.Optional;

/**
 * Where a definition comes from.
 *
 * @param file the one that was read, relative to the repository's root; empty where none was
 * @param why it was that one, in a sentence for its user
 * @param others files that could have been used instead
 * @param digest of the file's bytes, SHA-256 in hexadecimal, so that a change of it is seen; rows
 *     of earlier days have none
 */
public record Origin(
    Kind kind, Optional<String> file, String why, List<String> others, Optional<String> digest) {
  /** What a definition was made of. */
  public enum Kind {
    /** {@code .gitpod.yml}. */
    GITPOD,
    /** A {@code devcontainer.json}. */
    DEVCONTAINER,
    /** What lies in the repository: a package.json, a pom.xml. */
    INFERRED,
    /** Nothing: the default image and a plain terminal. */
    DEFAULT
  }

  /** Of a repository that says nothing, and of definitions of the first days. */
  public static final Origin NONE = new Origin(Kind.DEFAULT, Optional.empty(), "", List.of());

  public Origin {
    others = List.copyOf(others);
    digest = digest == null ? Optional.empty() : digest;
  }

  /** One whose file's bytes were not noted. */
  public Origin(Kind kind, Optional<String> file, String why, List<String> others) {
    this(kind, file, why, others, Optional.empty());
  }
}
