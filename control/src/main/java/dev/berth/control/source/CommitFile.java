package dev.berth.control.source;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads {@code .gitpod.yml}, or {@code .gitpod} as it was called first, of a commit. */
record CommitFile(Git git, Path gitFolder) {
  private static final String NAME = ".gitpod.yml";
  private static final String FIRST_NAME = ".gitpod";

  /** As large as a definition may be, and one more so that its reader sees that it is larger. */
  private static final int MOST = (1 << 20) + 1;

  /** What was found and what is to be told of it. */
  record Read(Optional<byte[]> bytes, List<String> notices) {
    private static Read nothing(String... notices) {
      return new Read(Optional.empty(), List.of(notices));
    }
  }

  Read of(String commit) throws InterruptedException {
    var listed = git.in(gitFolder, "ls-tree", "-z", commit, "--", NAME, FIRST_NAME);
    if (!listed.ok()) return unreadable(listed.lastError());
    var entries = new String(listed.output(), StandardCharsets.UTF_8).split("\0");
    for (var name : List.of(NAME, FIRST_NAME)) {
      for (var entry : entries) {
        if (!entry.endsWith("\t" + name)) continue;
        if (entry.startsWith("100")) return blob(entry.split("[ \t]")[2]);
        if (name.equals(NAME)) {
          return Read.nothing(
              "%s is no plain file in this commit and is not read.".formatted(NAME));
        }
      }
    }
    return Read.nothing();
  }

  private Read blob(String hash) throws InterruptedException {
    // Asking for the size fetches the file where it is not here yet, within the bound on files.
    var size = git.in(gitFolder, "cat-file", "-s", hash);
    if (!size.ok()) return unreadable(size.lastError());
    if (Long.parseLong(size.text().strip()) >= MOST) {
      return new Read(Optional.of(new byte[MOST]), List.of()); // only its size will be looked at
    }
    var content = git.in(gitFolder, "cat-file", "blob", hash);
    return content.ok()
        ? new Read(Optional.of(content.output()), List.of())
        : unreadable(content.lastError());
  }

  private static Read unreadable(String said) {
    return Read.nothing(
        "%s could not be read (git: %s); the workspace starts without it.".formatted(NAME, said));
  }
}
