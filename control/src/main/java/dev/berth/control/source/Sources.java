package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.base.http.OutwardProxy;
import dev.berth.base.text.Reason;
import dev.berth.control.source.ContextUrl.Repository.Folder;
import dev.berth.control.source.ContextUrl.Repository.Remote;
import dev.berth.control.source.ContextUrl.Wanted;
import dev.berth.definition.Definition;
import dev.berth.protocol.Notice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what context URLs mean, by git. Calls block, come from any thread and keep nothing: the
 * next one asks again.
 */
public final class Sources {
  static final Logger LOG = LoggerFactory.getLogger(Sources.class);
  static final String TEMPORARY = "look-";

  /** Each runs git, which may take some 100 MB; more than this wait. */
  private static final int AT_ONCE = 8;

  /** What is sent has 64 MiB, but may say of itself that it becomes any number. */
  private static final int SENT_AT_ONCE = 2;

  private static final long SENT_MEMORY = 1L << 30;

  private static final long MEMORY = 4L << 30;

  private static final int MOST_REDIRECTS = 3; // http to https, an old name to a new one, a slash

  private static final String NO_SSH =
      "SSH addresses are asked by https, as this server holds no SSH keys. ";

  private final Settings settings;
  private final Semaphore turns = new Semaphore(AT_ONCE, true);
  private final Semaphore sending = new Semaphore(SENT_AT_ONCE, true);

  /**
   * How sources are found.
   *
   * @param folders those of this machine, with all below them, that {@code file://} may open
   * @param innerHosts hosts that may have loopback, link-local and metadata addresses, and those
   *     that are closed; "*" for all
   * @param closed addresses that workspaces do not reach, so that nobody is asked there for them
   * @param workspacesHere whether workspaces run on this machine, which they do not reach, so that
   *     its own addresses are asked for nobody, {@code innerHosts} or not
   * @param cache a folder of its own for what git fetches; made where it is missing
   * @param longest how long a host may take to tell its names; three times that for a commit
   * @param trials a folder whose repositories may be opened by who knows their names, which nobody
   *     guesses
   * @param authorities a file of all that git is to trust; empty for what this machine's trusts
   */
  public record Settings(
      List<Path> folders,
      Set<String> innerHosts,
      Predicate<InetAddress> closed,
      boolean workspacesHere,
      Path cache,
      Duration longest,
      Optional<Path> trials,
      Optional<Path> authorities) {
    /** Enough for a repository with 100,000 names over a slow line. */
    public static final Duration LONGEST = Duration.ofSeconds(20);

    public Settings {
      folders = List.copyOf(folders);
      innerHosts = Set.copyOf(innerHosts);
    }

    /** Those of whoever has the repositories for himself: no workspaces, no trials. */
    public Settings(List<Path> folders, Set<String> innerHosts, Path cache, Duration longest) {
      this(
          folders,
          innerHosts,
          _ -> false,
          false,
          cache,
          longest,
          Optional.empty(),
          Optional.empty());
    }
  }

  private Sources(Settings settings) {
    this.settings = settings;
  }

  /** Makes the cache folder, and clears what a killed server left there. */
  public static Sources open(Settings settings) {
    try {
      Files.createDirectories(settings.cache());
      try (var left = Files.newDirectoryStream(settings.cache(), TEMPORARY + "*")) {
        left.forEach(RemoteRepository::delete);
      }
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The folder %s cannot be used: %s.".formatted(settings.cache(), Reason.of(e)),
          "Let the server write there, or configure another folder.",
          e);
    }
    return new Sources(settings);
  }

  /**
   * The repository, the commit and its definition. A {@link Problem} says which part failed: the
   * host, the repository, the name, the commit.
   */
  public Resolved resolve(ContextUrl url) throws InterruptedException {
    return resolve(url, Logins.NONE);
  }

  /** The same for somebody who may log in. */
  public Resolved resolve(ContextUrl url, Logins logins) throws InterruptedException {
    return resolve(url, logins, Optional.empty());
  }

  /**
   * The same with the definition in a file that somebody chose; a {@link Problem} where it has none
   * there.
   */
  public Resolved resolve(ContextUrl url, Logins logins, Optional<String> file)
      throws InterruptedException {
    return looking(
        url, logins, (opened, notices) -> resolved(url, url.wanted(), file, opened, notices));
  }

  /** The same for a repository that another names; {@code branch} as in {@link #beside}. */
  public Resolved resolve(ContextUrl url, Optional<String> branch, Logins logins)
      throws InterruptedException {
    return looking(
        url,
        logins,
        (opened, notices) ->
            resolved(url, wanted(url, branch, opened.refs()), Optional.empty(), opened, notices));
  }

  /**
   * A repository beside another; its definition is not looked at.
   *
   * @param branch that the other is opened at: of the same name is the one that is meant here,
   *     where there is one and the URL names none
   */
  public Source beside(ContextUrl url, Optional<String> branch, Logins logins)
      throws InterruptedException {
    return looking(url, logins, (opened, _) -> beside(url, branch, opened));
  }

  /**
   * The full hashes of a commit and those before it, the newest first, as far as its repository
   * tells; at most {@code most}.
   */
  public List<String> history(ContextUrl url, String commit, int most, Logins logins)
      throws InterruptedException {
    return looking(url, logins, (opened, _) -> opened.history(commit, most));
  }

  /**
   * Makes a repository of a working copy that its owner sent, and says where it is opened.
   *
   * @param folder where it is to lie, below the folder of trials
   * @param pack as git packs a commit; it becomes a part of the repository
   * @param branch that the commit is to be at, whatever its name is
   */
  public ContextUrl sent(Path folder, Path pack, String commit, String branch)
      throws InterruptedException {
    var git = git("The working copy", "none", List.of(), Optional.empty()).holding(SENT_MEMORY);
    sending.acquire();
    try {
      SentRepository.make(git, folder, pack, commit, branch);
    } finally {
      sending.release();
    }
    return ContextUrl.parse(folder.toUri().toString().replaceFirst("/$", ""));
  }

  /** Deletes a folder below that of trials, with what was sent there. */
  public void discard(Path folder) {
    var trials = settings.trials().orElseThrow();
    if (!folder.normalize().startsWith(trials) || folder.normalize().equals(trials)) {
      throw new IllegalArgumentException(folder + " is no folder of a trial");
    }
    if (Files.exists(folder)) RemoteRepository.delete(folder);
  }

  /** Where repositories lie that are tried; empty where none are. */
  public Optional<Path> trials() {
    return settings.trials();
  }

  private static Source beside(ContextUrl url, Optional<String> branch, Opened opened)
      throws InterruptedException {
    var identity = opened.identity();
    var refs = opened.refs();
    if (refs.isEmpty()) return source(url, identity, new Source.Ref.Empty(), Optional.empty());
    var choice = Choice.of(wanted(url, branch, refs), refs, identity.words());
    // Of a commit only the beginning may be known.
    var commit =
        choice.ref() instanceof Source.Ref.Commit
            ? opened.look(choice, Optional.empty()).commit()
            : choice.commit();
    return source(url, identity, choice.ref(), Optional.of(commit));
  }

  private static Wanted wanted(ContextUrl url, Optional<String> branch, Refs refs) {
    var same = branch.filter(refs.branches()::containsKey);
    return url.wanted() instanceof Wanted.DefaultBranch && same.isPresent()
        ? new Wanted.Named(Wanted.Kind.BRANCH, List.of(same.get().split("/")), false)
        : url.wanted();
  }

  private interface Look<T> {
    T at(Opened opened, List<Notice> notices) throws InterruptedException;
  }

  private <T> T looking(ContextUrl url, Logins logins, Look<T> look) throws InterruptedException {
    if (!turns.tryAcquire(settings.longest().toMillis(), TimeUnit.MILLISECONDS)) {
      throw new Problem.Unavailable(
          "Too many repositories are looked at just now.", "Try again in a moment.");
    }
    try {
      var notices = new ArrayList<>(url.notices());
      var opened =
          switch (url.repository()) {
            case Folder(var path) -> folder(path);
            case Remote remote -> remote(remote, url.wanted(), notices, logins);
          };
      return look.at(opened, notices);
    } finally {
      turns.release();
    }
  }

  private static Resolved resolved(
      ContextUrl url, Wanted wanted, Optional<String> file, Opened opened, List<Notice> notices)
      throws InterruptedException {
    var identity = opened.identity();
    if (opened.refs().isEmpty()) {
      if (!(wanted instanceof Wanted.DefaultBranch) || file.isPresent()) {
        throw new Problem.Missing(
            "The repository %s is empty.".formatted(identity.words()),
            "Open the repository itself, or push something first.");
      }
      notices.add(Notice.information("The repository is empty."));
      return new Resolved(
          source(url, identity, new Source.Ref.Empty(), Optional.empty()),
          Definition.NONE,
          notices);
    }
    var choice = Choice.of(wanted, opened.refs(), identity.words());
    notices.addAll(choice.notices());
    var looked = opened.look(choice, file);
    notices.addAll(looked.notices());
    return new Resolved(
        source(url, identity, choice.ref(), Optional.of(looked.commit())),
        looked.definition(),
        notices);
  }

  private static Source source(
      ContextUrl url, Opened.Identity identity, Source.Ref ref, Optional<String> commit) {
    var what =
        switch (ref) {
          case Source.Ref.Branch(var name) -> name;
          case Source.Ref.Tag(var name) -> name;
          case Source.Ref.PullRequest(int number, _) -> "#" + number;
          case Source.Ref.Commit _ -> commit.orElse("").substring(0, 7);
          case Source.Ref.Empty _ -> "empty";
        };
    return new Source(
        url.text(),
        identity.cloneUrl(),
        identity.host(),
        identity.owner(),
        identity.repository(),
        ref,
        commit,
        identity.words() + " - " + what,
        identity.folder(),
        url.variables());
  }

  private Opened folder(Path path) throws InterruptedException {
    var trials = settings.trials().filter(path.normalize()::startsWith);
    var place = new AllowedFolders(trials.map(List::of).orElse(settings.folders())).find(path);
    return FolderRepository.open(place, git("The folder", "none", List.of(), Optional.empty()));
  }

  // ---- hosts

  private Opened remote(Remote remote, Wanted wanted, List<Notice> notices, Logins logins)
      throws InterruptedException {
    if (!remote.fromSsh()) return withOrWithoutSuffix(remote, wanted, notices, logins);
    try {
      return withOrWithoutSuffix(remote, wanted, notices, logins);
    } catch (Problem.Missing e) {
      throw new Problem.Missing(e.what(), NO_SSH + e.remedy(), e);
    } catch (Problem.Unavailable e) {
      throw new Problem.Unavailable(e.what(), NO_SSH + e.remedy(), e);
    }
  }

  /** Hosts differ in whether the address ends with ".git"; most take both. */
  private Opened withOrWithoutSuffix(
      Remote remote, Wanted wanted, List<Notice> notices, Logins logins)
      throws InterruptedException {
    var name = remote.path().getLast();
    if (!name.endsWith(".git")) {
      try {
        return asked(named(remote, name + ".git"), wanted, notices, logins);
      } catch (Problem.Missing e) {
        LOG.debug("asking again without .git: {}", e.what());
      }
    }
    return asked(remote, wanted, notices, logins);
  }

  private Opened asked(Remote remote, Wanted wanted, List<Notice> notices, Logins logins)
      throws InterruptedException {
    var extraRef = wanted instanceof Wanted.PullRequest(_, var ref) ? ref : "";
    var place = remote;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      var login = logins.at(place.origin());
      var git = gitFor(place, login);
      var url = url(place);
      var answer = RemoteRepository.ask(url, extraRef, git);
      if (answer.ok()) {
        if (i > 0) notices.add(Notice.information("The repository moved to %s.".formatted(url)));
        return RemoteRepository.of(place, url, answer, git, settings.cache());
      }
      var failure = GitFailure.of(answer.errors());
      var problem = failure.problem(place.host(), url, answer.lastError());
      if (login.isPresent() && failure == GitFailure.NOT_ALLOWED) throw notTaken(place.host(), url);
      if (failure != GitFailure.REDIRECTED) throw problem;
      // Sent on to a page to sign in, for example: then it is private, or not there.
      var privateOrNone = GitFailure.NOT_FOUND.problem(place.host(), url, answer.lastError());
      place = Redirect.follow(place, git.redirect(url)).orElseThrow(() -> privateOrNone);
    }
    throw new Problem.Unavailable(
        "%s sends on more than %d times.".formatted(url(remote), MOST_REDIRECTS),
        "Open the repository at its new address.");
  }

  private static Problem notTaken(String host, String url) {
    return new Problem.Missing(
        "%s was not found, or %s does not take the login that is kept for it.".formatted(url, host),
        "Check owner and name, then renew the login in the dashboard under Settings, Git access.");
  }

  private Git gitFor(Remote place, Optional<Logins.Login> login) {
    var uri = URI.create(place.origin());
    var proxy = OutwardProxy.ofProcess();
    boolean proxied = proxy.flatMap(one -> one.proxyFor(uri)).isPresent();
    Predicate<InetAddress> own =
        settings.workspacesHere() ? Addresses::isOfThisMachine : _ -> false;
    var addresses =
        new Addresses(settings.innerHosts(), settings.closed(), own).of(place.host(), proxied);
    var transport = place.origin().startsWith("http:") ? "http" : "https";
    boolean literal = place.host().startsWith("[") || place.host().matches("[0-9.]+");
    var whom = "The host " + place.host();
    var more = new ArrayList<String>();
    if (proxy.isPresent() && !proxied) more.add("http.proxy="); // it knows fewer exceptions
    if (!literal && !addresses.isEmpty()) {
      var pinned =
          addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(","));
      more.add("http.curloptResolve=%s:%d:%s".formatted(place.host(), place.port(), pinned));
    }
    return git(whom, transport, more, login);
  }

  private Git git(String whom, String transports, List<String> more, Optional<Logins.Login> login) {
    var all = new ArrayList<>(more);
    settings.authorities().ifPresent(file -> all.add("http.sslCAInfo=" + file));
    return new Git(
        whom,
        settings.cache(),
        transports,
        all,
        settings.longest(),
        login,
        RemoteRepository.MOST_FETCHED,
        MEMORY);
  }

  private static Remote named(Remote remote, String last) {
    var path = new ArrayList<>(remote.path());
    path.set(path.size() - 1, last);
    return new Remote(remote.origin(), remote.host(), remote.port(), path, remote.fromSsh());
  }

  private static String url(Remote remote) {
    return remote.origin() + "/" + Encoded.path(remote.path());
  }
}
