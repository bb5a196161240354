package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.definition.Definition;
import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.definition.resolve.Definitions;
import dev.berth.protocol.Notice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A repository that answered. */
interface Opened {
  /** Where it is and what it is called. */
  Identity identity();

  /** The names that it showed. */
  Refs refs();

  /**
   * Makes sure that the chosen commit exists and finds its definition. {@link Problem.Missing}
   * where there is no such commit.
   *
   * @param file the one to read the definition from; the first that there is where empty
   */
  Looked look(Choice choice, Optional<String> file) throws InterruptedException;

  /**
   * The full hashes of a commit and of those before it, the newest first, at most {@code most};
   * none where the repository does not tell.
   */
  List<String> history(String commit, int most) throws InterruptedException;

  /**
   * Who it is.
   *
   * @param folder for a repository of this machine
   */
  record Identity(
      String cloneUrl, String host, String owner, String repository, Optional<Path> folder) {
    String words() {
      return owner + "/" + repository;
    }

    /** The definition in {@code file}, or the one that counts by itself. */
    Definition definition(CommitFiles files, Optional<String> file) throws InterruptedException {
      var surroundings = Surroundings.of(repository, cloneUrl);
      return file.isPresent()
          ? Definitions.of(files, surroundings, file.get())
          : Definitions.of(files, surroundings);
    }
  }

  /**
   * What a commit holds.
   *
   * @param commit its full hash
   */
  record Looked(String commit, Definition definition, List<Notice> notices) {
    public Looked {
      notices = List.copyOf(notices);
    }
  }
}
