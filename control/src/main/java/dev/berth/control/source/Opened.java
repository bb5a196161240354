package dev.berth.control.source;

import dev.berth.base.Problem;
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
   * Makes sure that the chosen commit exists and reads its {@code .gitpod.yml}. {@link
   * Problem.Missing} where there is no such commit.
   */
  Looked look(Choice choice) throws InterruptedException;

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
  }

  /**
   * What a commit holds.
   *
   * @param commit its full hash
   */
  record Looked(String commit, Optional<byte[]> gitpodYml, List<String> notices) {
    public Looked {
      notices = List.copyOf(notices);
    }
  }
}
