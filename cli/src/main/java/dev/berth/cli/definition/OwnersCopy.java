package dev.berth.cli.definition;

import dev.berth.base.file.FolderTree;
import dev.berth.base.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The working copy of somebody else as a commit: its owner makes it, in a folder of his, and we get
 * it from him as from any git server. So nothing is read for him that he may not read, whatever he
 * changes meanwhile.
 */
final class OwnersCopy implements AutoCloseable {
  private static final String REMEDY = "Look at what git says of the folder.";
  private static final Optional<String> NONE = Optional.empty();
  private static final Map<String, String> AUTHOR =
      Map.of(
          "GIT_AUTHOR_NAME", "Berth",
          "GIT_AUTHOR_EMAIL", "berth@localhost",
          "GIT_COMMITTER_NAME", "Berth",
          "GIT_COMMITTER_EMAIL", "berth@localhost");

  private final OwnersGit owner;
  private final Path outside;
  private final Path stage;

  private OwnersCopy(OwnersGit owner, Path outside) {
    this.owner = owner;
    this.outside = outside;
    this.stage = outside.resolve("stage");
  }

  static OwnersCopy open(OwnersGit owner) throws IOException {
    var copy = new OwnersCopy(owner, Files.createTempDirectory("berth-trial-"));
    Files.setPosixFilePermissions(copy.outside, PosixFilePermissions.fromString("rwx--x--x"));
    Files.createDirectory(
        copy.stage,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.setAttribute(copy.stage, "unix:gid", owner.gid());
    Files.setAttribute(copy.stage, "unix:uid", owner.uid());
    return copy;
  }

  /**
   * Fetches the commit into {@code repository}; the branch that is there then.
   *
   * @param own whether the folder is a repository
   */
  String into(Path repository, boolean own) throws IOException, InterruptedException {
    git(Map.of(), "init", "--quiet", "--bare", served().toString());
    var objects = own ? borrowed() : Map.<String, String>of();
    var env = new HashMap<>(AUTHOR);
    env.putAll(objects);
    if (own) env.put("GIT_INDEX_FILE", stage.resolve("index").toString());
    else env.putAll(Map.of("GIT_DIR", served().toString(), "GIT_WORK_TREE", place()));
    var head = own ? owner.ask("rev-parse", "--verify", "--quiet", "HEAD") : NONE;
    if (head.isPresent()) git(env, "read-tree", head.get());
    git(env, "add", "--all", "--", ".");
    var words = new ArrayList<>(List.of("commit-tree", git(env, "write-tree")));
    words.addAll(List.of("-m", WorkingCommit.MESSAGE));
    head.ifPresent(parent -> words.addAll(List.of("-p", parent)));
    var commit = git(env, words.toArray(String[]::new));
    var branch = own ? owner.ask("symbolic-ref", "--short", "--quiet", "HEAD") : NONE;
    var ref = "refs/heads/" + branch.orElse("main");
    env.put("GIT_DIR", served().toString());
    git(env, "update-ref", ref, commit);
    fetch(repository, ref, objects);
    return ref;
  }

  private void fetch(Path repository, String ref, Map<String, String> objects)
      throws IOException, InterruptedException {
    var server = owner.as(objects, List.of("git", "upload-pack"));
    var quoted = server.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").toList();
    Command.of(
            "git",
            "--git-dir=" + repository,
            "fetch",
            "--quiet",
            "--no-tags",
            "--update-shallow",
            "--upload-pack=" + String.join(" ", quoted),
            served().toString(),
            ref + ":" + ref)
        .within(OwnersGit.LONGEST)
        .orProblem(REMEDY);
  }

  /** New objects come to the stage, on top of the working copy's own, which stay as they are. */
  private Map<String, String> borrowed() throws IOException, InterruptedException {
    run(List.of("mkdir", stage.resolve("objects").toString()));
    var shallow = gitPath("shallow");
    if (owner.ask("rev-parse", "--is-shallow-repository").filter("true"::equals).isPresent()) {
      run(List.of("cp", "--", shallow, served().resolve("shallow").toString()));
    }
    return Map.of(
        "GIT_OBJECT_DIRECTORY", stage.resolve("objects").toString(),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", gitPath("objects"));
  }

  private String gitPath(String name) throws IOException, InterruptedException {
    return git(Map.of(), "rev-parse", "--path-format=absolute", "--git-path", name);
  }

  private Path served() {
    return stage.resolve("served");
  }

  private String place() {
    return owner.place().toString();
  }

  private String git(Map<String, String> env, String... words)
      throws IOException, InterruptedException {
    return owner.git(env, words).orProblem(REMEDY).text().strip();
  }

  private void run(List<String> argv) throws IOException, InterruptedException {
    Command.of(owner.as(Map.of(), argv))
        .within(OwnersGit.LONGEST)
        .orProblem("See whether the disk of %s is full.".formatted(outside));
  }

  @Override
  public void close() throws IOException {
    try {
      run(List.of("rm", "-rf", stage + "/served", stage + "/objects", stage + "/index"));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      new FolderTree(outside).remove(); // also where its owner's rm could not
    }
  }
}
