package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A repository in an allowed folder of this machine; git reads its files and runs nothing. */
record FolderRepository(Identity identity, Refs refs, Git git, Path gitFolder) implements Opened {

  static FolderRepository open(AllowedFolders.Repository place, Git git)
      throws InterruptedException {
    var gitFolder = place.gitFolder();
    var shown = git.in(gitFolder, "show-ref", "--head", "--dereference");
    if (!shown.ok() && !shown.errors().isBlank()) {
      throw new Problem.Invalid(
          "git cannot read the repository in %s: %s"
              .formatted(Quoted.text(place.folder().toString()), shown.lastError()),
          "Check it with `git -C %s fsck`.".formatted(place.folder()));
    }
    var refs = Refs.parse(shown.output());
    var head = git.in(gitFolder, "symbolic-ref", "--quiet", "HEAD");
    if (head.ok() && head.text().startsWith("refs/heads/")) {
      refs = refs.withHeadBranch(head.text().substring("refs/heads/".length()));
    }
    return new FolderRepository(identity(place.folder()), refs, git, gitFolder);
  }

  private static Identity identity(Path folder) {
    var parent = folder.getParent();
    var owner = parent == null || parent.getFileName() == null ? "" : name(parent);
    var parts = Arrays.stream(folder.toString().split("/")).filter(p -> !p.isEmpty()).toList();
    return new Identity(
        "file:///" + Encoded.path(parts), "localhost", owner, name(folder), Optional.of(folder));
  }

  private static String name(Path folder) {
    var name = String.valueOf(folder.getFileName());
    var plain =
        name.endsWith(".git") && name.length() > 4 ? name.substring(0, name.length() - 4) : name;
    return Quoted.isPlain(plain) ? plain : Quoted.printable(plain);
  }

  @Override
  public Looked look(Choice choice, Optional<String> file) throws InterruptedException {
    var wanted = choice.commit() + "^{commit}";
    var found = git.in(gitFolder, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted);
    if (!found.ok()) {
      throw new Problem.Missing(
          "The repository %s has no commit %s, or several that begin so."
              .formatted(identity.words(), choice.commit()),
          "Check the hash, or give all its 40 digits.");
    }
    var commit = new String(found.output(), StandardCharsets.US_ASCII).strip();
    var files = new CommitFiles(git, gitFolder, commit);
    return new Looked(commit, identity.definition(files, file), List.of());
  }

  @Override
  public List<String> history(String commit, int most) throws InterruptedException {
    return history(git, gitFolder, commit, most);
  }

  static List<String> history(Git git, Path gitFolder, String commit, int most)
      throws InterruptedException {
    var listed =
        git.in(
            gitFolder,
            "rev-list",
            "--first-parent", // what was merged was once another's
            "--max-count=" + most,
            "--end-of-options",
            commit,
            "--");
    return listed.ok() ? listed.text().lines().toList() : List.of();
  }
}
