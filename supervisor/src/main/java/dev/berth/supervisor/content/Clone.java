package dev.berth.supervisor.content;

import dev.berth.base.Problem;
import dev.berth.protocol.Notice;
import dev.berth.protocol.inside.ContentPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Makes a working copy of what the context meant (gitpod-classic 12.6), by init and fetch rather
 * than by clone: so a commit or a pull request is fetched alone, and a retry goes on where the last
 * try broke off.
 */
final class Clone {
  /** A clone that was not finished, so it may be removed; stands in its .git/config. */
  static final String UNFINISHED = "berth.unfinished";

  /** Waits between the tries where the network fails. */
  private static final List<Duration> WAITS =
      List.of(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(6));

  /**
   * Settings by which a repository may say how it is fetched and checked out, in small letters:
   * amounts and forms. None says from where, by which way, whom to believe or what to run, since
   * the owner's login goes along. Whole names, so {@code http.<url>.proxy} is none of them.
   */
  private static final Set<String> SETTINGS_FOR_CLONE =
      Set.of(
          "core.autocrlf",
          "core.bigfilethreshold",
          "core.compression",
          "core.eol",
          "core.filemode",
          "core.ignorecase",
          "core.longpaths",
          "core.precomposeunicode",
          "core.safecrlf",
          "core.symlinks",
          "checkout.guess",
          "checkout.thresholdforparallelism",
          "checkout.workers",
          "fetch.fsckobjects",
          "fetch.negotiationalgorithm",
          "fetch.parallel",
          "fetch.prune",
          "fetch.prunetags",
          "fetch.showforcedupdates",
          "fetch.unpacklimit",
          "http.lowspeedlimit",
          "http.lowspeedtime",
          "http.maxrequests",
          "http.minsessions",
          "http.postbuffer",
          "http.version",
          "pack.deltacachesize",
          "pack.packsizelimit",
          "pack.threads",
          "pack.window",
          "pack.windowmemory",
          "transfer.fsckobjects",
          "transfer.unpacklimit");

  /** Others of which somebody may believe that they counted at the clone. */
  private static final Pattern MEANT_FOR_CLONE =
      Pattern.compile(
          "(?:checkout|credential|fetch|filter|http|include|includeif|lfs|pack|protocol|remote|ssh"
              + "|submodule|transfer|url)\\..*|core\\.(?:askpass|gitproxy|sshcommand)");

  /** One that a server does not hand out, or an image without git-lfs, would end the checkout. */
  private static final List<String> WITHOUT_LARGE_FILES =
      List.of(
          "-c",
          "filter.lfs.process=",
          "-c",
          "filter.lfs.smudge=",
          "-c",
          "filter.lfs.required=false");

  private static final int WORDS_MAX = 300;

  private final Git git;
  private final ContentPlan plan;
  private final Path folder;
  private final Consumer<String> detail;
  private final Consumer<Notice> notice;
  private boolean shallow;

  /**
   * @param git runs in {@code folder}
   */
  Clone(Git git, ContentPlan plan, Path folder, Consumer<String> detail, Consumer<Notice> notice) {
    this.git = git;
    this.plan = plan;
    this.folder = folder;
    this.detail = detail;
    this.notice = notice;
    // From the same machine all of it is as fast as a part.
    this.shallow = !plan.cloneUrl().startsWith("file:");
  }

  void run() throws InterruptedException {
    for (var name : List.of(plan.checkout(), plan.ref(), plan.commit())) {
      name.ifPresent(Clone::checkName);
    }
    must(git.run("init", "--quiet"));
    must(git.run("config", UNFINISHED, "true"));
    must(git.run("remote", "add", "--", "origin", plan.cloneUrl()));
    must(git.run("config", "checkout.defaultRemote", "origin"));
    configure();
    var start = fetch();
    if (start.isPresent()) {
      checkout(start.get(), true);
      updateSubmodules();
      fetchLargeFiles();
    } else {
      must(git.run("symbolic-ref", "HEAD", "refs/heads/" + plan.checkout().orElse("main")));
      notice.accept(
          Notice.information("The repository is empty: make a first commit and push it."));
    }
    setOthers();
    must(git.run("config", "--unset", UNFINISHED));
  }

  /**
   * Lets a working copy that was made before be at what is wanted, with what was changed in it
   * since; whether it is at another commit now. Nothing is fetched where the commit is there.
   *
   * @param moving called before anything of another commit comes
   */
  boolean move(Moving moving) throws IOException, InterruptedException {
    for (var name : List.of(plan.checkout(), plan.ref(), plan.commit())) {
      name.ifPresent(Clone::checkName);
    }
    configure();
    // As the prebuild left them; set again once all is here.
    for (var name : others()) {
      var _ = git.run("config", "--unset-all", "--", name);
    }
    boolean moved = bring(moving);
    setOthers();
    return moved;
  }

  private boolean bring(Moving moving) throws IOException, InterruptedException {
    var before = commit("HEAD");
    boolean there = plan.commit().isPresent() && has(plan.commit().get());
    var wanted = there ? plan.commit() : fetch();
    if (wanted.isEmpty()) return false;
    boolean same = wanted.equals(before);
    if (same && git.ask("symbolic-ref", "--short", "HEAD").equals(plan.checkout())) return false;
    if (!same) moving.begins();
    var kept = same ? Optional.<String>empty() : keepChanges();
    checkout(wanted.get(), !same);
    if (!same) updateSubmodules();
    if (!same) fetchLargeFiles();
    if (kept.isPresent()) putChangesBack();
    return !same;
  }

  /** Notes durably that a clone is being moved. */
  interface Moving {
    void begins() throws IOException;
  }

  /** What a task changed of the repository's own files: a lock file, mostly. */
  private Optional<String> keepChanges() throws InterruptedException {
    var before = git.ask("rev-parse", "--verify", "--quiet", "refs/stash");
    must(
        git.run(
            "-c",
            "user.name=Berth",
            "-c",
            "user.email=berth@localhost",
            "stash",
            "push",
            "--quiet"));
    var after = git.ask("rev-parse", "--verify", "--quiet", "refs/stash");
    return after.equals(before) ? Optional.empty() : after;
  }

  private void putChangesBack() throws InterruptedException {
    if (git.run("stash", "pop", "--quiet").ok()) return;
    must(git.run("reset", "--hard", "--quiet"));
    notice.accept(
        Notice.warning(
            "What the prebuild changed of the repository's own files does not fit this commit; it lies in"
                + " git stash."));
  }

  /** They were parsed when the workspace was made; this guards git's command line. */
  private static void checkName(String name) {
    if (!name.matches("[\\p{L}\\p{N}_.][^\\p{Cntrl} ~^:?*\\[\\\\]{0,250}") || name.contains("..")) {
      throw new Problem.Invalid(
          "Cannot check out %s: that is no name of a branch, tag or commit.".formatted(name),
          "Open the repository by another address.");
    }
  }

  /** Names of what {@code plan} sets that counts while it is fetched. */
  static List<String> settingsForClone(ContentPlan plan) {
    return plan.gitConfig().keySet().stream().filter(Clone::countsForClone).sorted().toList();
  }

  private void configure() throws InterruptedException {
    for (var name : settingsForClone(plan)) set(name);
  }

  /** What the user finds set, and what was not fetched by. */
  private void setOthers() throws InterruptedException {
    var meant = new ArrayList<String>();
    for (var name : others()) {
      boolean valid = set(name);
      if (valid && MEANT_FOR_CLONE.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
        meant.add(name);
      }
    }
    if (meant.isEmpty()) return;
    notice.accept(
        Notice.information(
            "The clone was made without %s of the definition's gitConfig: a repository does not decide by which way, and with whose help, it is fetched. In the workspace they are set."
                .formatted(String.join(", ", meant))));
  }

  private boolean set(String name) throws InterruptedException {
    var value = Objects.requireNonNull(plan.gitConfig().get(name));
    if (git.run("config", "--", name, value).ok()) return true;
    notice.accept(
        Notice.warning(
            "The git setting %s of the definition is not valid and was left out.".formatted(name)));
    return false;
  }

  private static boolean countsForClone(String name) {
    return SETTINGS_FOR_CLONE.contains(name.toLowerCase(Locale.ROOT));
  }

  private List<String> others() {
    return plan.gitConfig().keySet().stream()
        .filter(name -> !countsForClone(name))
        .sorted()
        .toList();
  }

  /** The commit to start from; empty where the repository has none. */
  private Optional<String> fetch() throws InterruptedException {
    if (!shallow) {
      // A folder: all branches and tags at once.
      var all = fetch("--tags", List.of("+refs/heads/*:refs/remotes/origin/*"));
      if (!all.ok()) {
        var failure = GitFailure.words(plan.cloneUrl(), all.messages());
        if (!GitFailure.notWhole(all.messages())) throw failure;
        // What one works on is mostly there; what is missing lies in the history.
        shallow = true;
        notice.accept(Notice.warning("Only the newest commit came. " + failure.words()));
      }
    }
    if (plan.checkout().isPresent()) return fetchBranch(plan.checkout().get());
    if (plan.commit().isPresent()) return Optional.of(fetchCommit(plan.commit().get()));
    return fetchHead();
  }

  private Optional<String> fetchBranch(String branch) throws InterruptedException {
    var tracking = "refs/remotes/origin/" + branch;
    var fetched = fetchRef("+refs/heads/%s:%s".formatted(branch, tracking));
    if (fetched && plan.commit().isEmpty()) return commit(tracking);
    if (fetched && commit(tracking).equals(plan.commit())) return plan.commit();
    if (plan.commit().isEmpty()) return fetchHead();
    // It moved or went since the workspace was made; the commit that was meant comes first.
    if (hasOrFetches(plan.commit().get())) {
      if (!fetched) {
        notice.accept(
            Notice.warning(
                "Branch %s is gone from the server; it was made here from commit %s."
                    .formatted(branch, plan.commit().get())));
      }
      return plan.commit();
    }
    notice.accept(
        Notice.warning(
            fetched
                ? "Branch %s has changed since, and commit %s is gone from the server: this is the branch as it is now."
                    .formatted(branch, plan.commit().get())
                : "Branch %s and commit %s are gone from the server: branch %s was made here from the default branch."
                    .formatted(branch, plan.commit().get(), branch)));
    return fetched ? commit(tracking) : fetchHead();
  }

  private String fetchCommit(String wanted) throws InterruptedException {
    Optional<String> tip = Optional.empty();
    if (plan.ref().isPresent()) {
      var ref = plan.ref().get();
      var tag = ref.startsWith("refs/tags/");
      if (fetchRef(tag ? "+%s:%s".formatted(ref, ref) : ref)) {
        tip = commit(tag ? ref : "FETCH_HEAD");
      }
    }
    if (tip.equals(Optional.of(wanted)) || hasOrFetches(wanted)) return wanted;
    if (tip.isPresent()) {
      notice.accept(
          Notice.warning(
              "Commit %s is gone from the server; this is %s as it is now."
                  .formatted(wanted, plan.ref().orElseThrow())));
      return tip.get();
    }
    throw new Problem.Missing(
        "Cannot check out commit %s of %s: the server does not have it."
            .formatted(wanted, plan.cloneUrl()),
        "Open a branch, or a commit that was pushed.");
  }

  private Optional<String> fetchHead() throws InterruptedException {
    return fetchRef("HEAD") ? commit("FETCH_HEAD") : Optional.empty();
  }

  private boolean hasOrFetches(String commit) throws InterruptedException {
    if (has(commit)) return true;
    return fetch("--no-tags", List.of(commit)).ok() && has(commit);
  }

  private boolean has(String commit) throws InterruptedException {
    return git.run("cat-file", "-e", commit + "^{commit}").ok();
  }

  private Optional<String> commit(String name) throws InterruptedException {
    return git.ask("rev-parse", "--verify", "--quiet", name + "^{commit}");
  }

  /** Whether the server has it; what else keeps it from coming is a {@link Problem}. */
  private boolean fetchRef(String refspec) throws InterruptedException {
    var result = fetch("--no-tags", List.of(refspec));
    if (result.ok()) return true;
    if (result.messages().contains("find remote ref")) return false;
    throw GitFailure.words(plan.cloneUrl(), result.messages());
  }

  private Git.Result fetch(String tags, List<String> refspecs) throws InterruptedException {
    for (var wait : WAITS) {
      var result = fetchOnce(tags, refspecs);
      if (result.messages().contains("shallow capabilities")) {
        shallow = false; // a plain web server
        result = fetchOnce(tags, refspecs);
      }
      if (result.ok() || !GitFailure.mayPass(result.messages())) return result;
      // A name that is not known twice is misspelt rather than late.
      if (GitFailure.unknownHost(result.messages()) && !wait.equals(WAITS.getFirst()))
        return result;
      detail.accept("the network failed, trying again");
      Thread.sleep(wait);
    }
    return fetchOnce(tags, refspecs);
  }

  private Git.Result fetchOnce(String tags, List<String> refspecs) throws InterruptedException {
    var arguments = new ArrayList<>(List.of("fetch", "--progress", tags));
    if (shallow) arguments.add("--depth=1");
    arguments.add("origin");
    arguments.addAll(refspecs);
    return git.run(this::progress, arguments);
  }

  /**
   * @param force whether changed files give way
   */
  private void checkout(String commit, boolean force) throws InterruptedException {
    if (plan.checkout().isEmpty()) {
      if (plan.commit().isEmpty()) {
        checkout(force, List.of("-B", "main", commit));
      } else {
        checkout(force, List.of("--detach", commit));
      }
      return;
    }
    var branch = plan.checkout().get();
    checkout(force, List.of("--no-track", "-B", branch, commit));
    must(git.run("config", "branch." + branch + ".remote", "origin"));
    must(git.run("config", "branch." + branch + ".merge", "refs/heads/" + branch));
  }

  private void checkout(boolean force, List<String> what) throws InterruptedException {
    var arguments = new ArrayList<>(WITHOUT_LARGE_FILES);
    arguments.addAll(List.of("checkout", "--progress"));
    if (force) arguments.add("--force");
    arguments.addAll(what);
    must(git.run(this::progress, arguments));
  }

  private void updateSubmodules() throws InterruptedException {
    if (!Files.isRegularFile(folder.resolve(".gitmodules"))) return;
    detail.accept("submodules");
    var result =
        git.run(
            this::progress, List.of("submodule", "update", "--init", "--recursive", "--progress"));
    if (!result.ok()) {
      notice.accept(
          Notice.error(
              "Not all submodules came: %s Run git submodule update --init --recursive once it can."
                  .formatted(GitFailure.words("a submodule", result.messages()).what())));
    }
  }

  /** What Git LFS keeps beside the repository; what does not come is a pointer and a notice. */
  private void fetchLargeFiles() throws InterruptedException {
    var wanted =
        git.run(
            "grep", "--quiet", "filter=lfs", "HEAD", "--", ".gitattributes", "*/.gitattributes");
    if (!wanted.ok()) return;
    detail.accept("large files");
    if (!git.run("lfs", "version").ok()) {
      notice.accept(
          Notice.error(
              "Files that Git LFS keeps are only pointers here, since this image has no git-lfs."
                  + " Install it, then run git lfs install and git lfs pull."));
      return;
    }
    if (git.ask("config", "filter.lfs.process").isEmpty()) {
      must(git.run("lfs", "install", "--local", "--skip-repo"));
    }
    var result = git.run(this::progress, List.of("lfs", "pull"));
    if (!result.ok()) {
      notice.accept(
          Notice.error(
              "Not all files that Git LFS keeps came (%s). Run git lfs pull once they can."
                  .formatted(lastLine(result.messages()))));
    }
  }

  private static String lastLine(String messages) {
    var last =
        messages.lines().filter(line -> !line.isBlank()).reduce((_, next) -> next).orElse("");
    return last.substring(0, Math.min(last.length(), WORDS_MAX));
  }

  private void progress(String line) {
    Progress.words(line).ifPresent(detail);
  }

  private void must(Git.Result result) {
    if (!result.ok()) throw GitFailure.words(plan.cloneUrl(), result.messages());
  }
}
