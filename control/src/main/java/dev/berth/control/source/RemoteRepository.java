package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.base.file.FolderTree;
import dev.berth.base.process.Command;
import dev.berth.control.source.ContextUrl.Repository.Remote;
import dev.berth.definition.Definition;
import dev.berth.protocol.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * A repository on a host. It is asked for its names once, and for one commit without its history
 * and without its files, into a folder that is thrown away.
 *
 * @param git bound to the addresses of the host that were checked
 */
record RemoteRepository(Identity identity, Refs refs, Git git, Path cache) implements Opened {
  /** Room for the folders of one commit of a very large repository, or for its whole last state. */
  static final long MOST_FETCHED = 256L << 20;

  /** Eight times the largest definition: one file is fetched at a time. */
  private static final long MOST_FILE = 8L << 20;

  private static final int FULL_HASH = 40;

  /** A filter of git's. */
  private static final String COMMITS_ALONE = "tree:0";

  /** Asks for the names: all branches and tags, and {@code extraRef} unless it is empty. */
  static Command.Outcome ask(String url, String extraRef, Git git) throws InterruptedException {
    var arguments = new ArrayList<>(List.of("ls-remote", "--symref", "--", url));
    arguments.addAll(List.of("HEAD", "refs/heads/*", "refs/tags/*"));
    if (!extraRef.isEmpty()) arguments.add(extraRef);
    return git.run(arguments.toArray(String[]::new));
  }

  /** The repository that gave {@code answer}. */
  static RemoteRepository of(
      Remote remote, String url, Command.Outcome answer, Git git, Path cache) {
    return new RemoteRepository(identity(remote, url), Refs.parse(answer.output()), git, cache);
  }

  private static Identity identity(Remote remote, String url) {
    var parts = remote.path();
    var last = parts.getLast();
    var name =
        last.endsWith(".git") && last.length() > 4 ? last.substring(0, last.length() - 4) : last;
    var owners = parts.subList(0, parts.size() - 1);
    if (!owners.isEmpty() && owners.getFirst().equals("scm"))
      owners = owners.subList(1, owners.size());
    var owner = owners.isEmpty() ? remote.host() : String.join("/", owners);
    return new Identity(url, remote.host(), owner, name, Optional.empty());
  }

  @Override
  public Looked look(Choice choice, Optional<String> file) throws InterruptedException {
    var folder = temporaryFolder();
    try {
      prepare(folder);
      var commit =
          choice.commit().length() < FULL_HASH ? full(choice.commit(), folder) : choice.commit();
      return read(choice, commit, folder, file);
    } finally {
      delete(folder);
    }
  }

  @Override
  public List<String> history(String commit, int most) throws InterruptedException {
    var folder = temporaryFolder();
    try {
      prepare(folder);
      var fetched = fetch(folder, COMMITS_ALONE, Optional.of(most), commit);
      return fetched.ok() ? FolderRepository.history(git, folder, commit, most) : List.of();
    } finally {
      delete(folder);
    }
  }

  private Looked read(Choice choice, String commit, Path folder, Optional<String> file)
      throws InterruptedException {
    var fetched = fetch(folder, commit);
    var ref = refName(choice.ref());
    boolean unknown = GitFailure.of(fetched.errors()) == GitFailure.NO_SUCH_OBJECT;
    if (!fetched.ok() && unknown && ref.isPresent()) {
      // A host that hands out no single commits, or one where the name moved on just now.
      fetched = fetch(folder, ref.get());
      var head = git.in(folder, "rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}");
      if (fetched.ok() && head.ok()) commit = head.text();
    }
    if (!fetched.ok()) {
      var failure = GitFailure.of(fetched.errors());
      if (ref.isEmpty()) throw noCommit(commit, failure, fetched);
      var why =
          failure == GitFailure.TOO_LARGE
              ? "the host sends all files, more than %d MiB".formatted(MOST_FETCHED >> 20)
              : "git: " + fetched.lastError();
      return new Looked(
          commit,
          Definition.NONE,
          List.of(
              Notice.error(
                  "The commit could not be looked at (%s); the workspace starts without its definition."
                      .formatted(why))));
    }
    var real = surely(choice.ref(), commit, folder);
    var files = new CommitFiles(git.writing(MOST_FILE), folder, real);
    return new Looked(real, identity.definition(files, file), List.of());
  }

  /** A branch is always at a commit; a hash or a tag may be of something else. */
  private String surely(Source.Ref ref, String hash, Path folder) throws InterruptedException {
    if (ref instanceof Source.Ref.Branch) return hash;
    var commit = git.in(folder, "rev-parse", "--verify", "--quiet", hash + "^{commit}");
    if (!commit.ok()) throw noCommit(hash, GitFailure.NO_SUCH_OBJECT, commit);
    return commit.text();
  }

  private Command.Outcome fetch(Path folder, String what) throws InterruptedException {
    return fetch(folder, "blob:none", Optional.of(1), what);
  }

  /**
   * @param filter of what is left out
   * @param depth how many commits of each; all where empty
   */
  private Command.Outcome fetch(Path folder, String filter, Optional<Integer> depth, String... what)
      throws InterruptedException {
    var arguments = new ArrayList<>(List.of("fetch", "--quiet", "--no-tags", "--filter=" + filter));
    depth.ifPresent(commits -> arguments.add("--depth=" + commits));
    arguments.add("origin");
    arguments.addAll(List.of(what));
    return git.within(git.longest().multipliedBy(3)).in(folder, arguments.toArray(String[]::new));
  }

  private static Optional<String> refName(Source.Ref ref) {
    return switch (ref) {
      case Source.Ref.Branch(var name) -> Optional.of("refs/heads/" + name);
      case Source.Ref.Tag(var name) -> Optional.of("refs/tags/" + name);
      case Source.Ref.PullRequest(_, var full) -> Optional.of(full);
      case Source.Ref.Commit _, Source.Ref.Empty _ -> Optional.empty();
    };
  }

  /** The one commit that begins with {@code part}: a named one, else one of all branches' past. */
  private String full(String part, Path folder) throws InterruptedException {
    var found = new HashSet<String>();
    for (var names : List.of(refs.branches(), refs.tags(), refs.others())) {
      names.values().stream().filter(hash -> hash.startsWith(part)).forEach(found::add);
    }
    if (found.size() == 1) return found.iterator().next();
    var fetched =
        fetch(
            folder,
            COMMITS_ALONE,
            Optional.empty(),
            "+refs/heads/*:refs/heads/*",
            "+refs/tags/*:refs/tags/*");
    if (!fetched.ok()) {
      var failure = GitFailure.of(fetched.errors());
      throw failure == GitFailure.TOO_LARGE
          ? new Problem.Missing(
              "The history of %s is too large to find the commit %s in it."
                  .formatted(identity.words(), part),
              "Give all 40 digits of the hash.")
          : failure.problem(identity.host(), identity.cloneUrl(), fetched.lastError());
    }
    var hash = git.in(folder, "rev-parse", "--verify", "--quiet", part + "^{commit}");
    if (hash.ok()) return hash.text();
    throw new Problem.Missing(
        "The repository %s has no commit %s on its branches, or several that begin so."
            .formatted(identity.words(), part),
        "Check the hash, or give all its 40 digits.");
  }

  private Problem noCommit(String commit, GitFailure failure, Command.Outcome answer) {
    if (failure != GitFailure.NO_SUCH_OBJECT) {
      return failure.problem(identity.host(), identity.cloneUrl(), answer.lastError());
    }
    return new Problem.Missing(
        "The repository %s has no commit %s, or its host does not hand it out."
            .formatted(identity.words(), commit),
        "Check the hash, and that the commit was pushed; otherwise open a branch that has it.");
  }

  /** What {@code git init --bare} would make, without starting it. */
  private void prepare(Path folder) {
    try {
      Files.createDirectory(folder.resolve("objects"));
      Files.createDirectory(folder.resolve("refs"));
      Files.writeString(folder.resolve("HEAD"), "ref: refs/heads/none\n");
      // The URL was put together of encoded parts: no quote and no backslash is in it.
      Files.writeString(
          folder.resolve("config"),
          "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[remote \"origin\"]\n\turl = \"%s\"\n"
              .formatted(identity.cloneUrl()));
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "No repository can be made in %s.".formatted(folder),
          "Check that the disk is not full and the folder can be written.",
          e);
    }
  }

  private Path temporaryFolder() {
    try {
      return Files.createTempDirectory(cache, Sources.TEMPORARY);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "No folder can be made in %s.".formatted(cache),
          "Check that the disk is not full and the folder can be written.",
          e);
    }
  }

  /** What cannot be deleted now is deleted at the next start. */
  static void delete(Path folder) {
    try {
      new FolderTree(folder).remove();
    } catch (IOException e) {
      Sources.LOG.warn("{} could not be deleted: {}", folder, e.toString());
    }
  }
}
