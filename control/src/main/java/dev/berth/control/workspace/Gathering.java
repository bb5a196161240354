package dev.berth.control.workspace;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.control.account.GitOrigin;
import dev.berth.control.source.ContextUrl;
import dev.berth.control.source.Logins;
import dev.berth.control.source.Resolved;
import dev.berth.control.source.Source;
import dev.berth.control.source.Sources;
import dev.berth.definition.Definition;
import dev.berth.definition.Repositories;
import dev.berth.protocol.Notice;
import dev.berth.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Which repositories a workspace has, and whose definition counts: that of the one that was opened,
 * or of the one that it names as its main configuration (gitpod-classic 4.4).
 */
final class Gathering {
  /** At once for one call: a definition names up to 20, and others want to open something too. */
  private static final int ADDITIONAL_AT_ONCE = 3;

  /** For all of them; each host may be silent for 20 s, and somebody waits for his workspace. */
  private static final Duration ADDITIONAL_LONGEST = Duration.ofSeconds(30);

  private static final String LATE =
      "It was not found within %d s. Clone it in a terminal."
          .formatted(ADDITIONAL_LONGEST.toSeconds());

  private final Sources sources;
  private final Workspaces.OwnersLogins logins;

  Gathering(Sources sources, Workspaces.OwnersLogins logins) {
    this.sources = sources;
    this.logins = logins;
  }

  /**
   * What came of it.
   *
   * @param source the repository that is cloned first
   */
  record Gathered(Source source, Definition definition, List<Plan.Additional> additional) {
    Gathered {
      additional = List.copyOf(additional);
    }
  }

  /**
   * All that {@code opened} wants; what cannot be had is told and left out.
   *
   * @param trusted the repository that its owner trusts with what he keeps and with folders of this
   *     machine: {@code opened} itself, unless it is a trial of it
   */
  Gathered of(UserId owner, Resolved opened, Source trusted, List<Notice> notices)
      throws InterruptedException {
    var main = main(owner, opened, trusted, notices);
    if (main.isEmpty()) {
      var definition = opened.definition();
      return new Gathered(
          opened.source(), definition, additional(owner, opened, trusted, definition, notices));
    }
    var definition = main.get().definition();
    var source = main.get().source().with(opened.source().variables());
    var beside = additional(owner, opened, trusted, definition, notices);
    return new Gathered(source, definition, withOpened(opened.source(), beside));
  }

  /** The one that was opened keeps its commit, also where the main one names it. */
  private static List<Plan.Additional> withOpened(Source opened, List<Plan.Additional> beside) {
    var all = new ArrayList<Plan.Additional>();
    boolean named = false;
    for (var one : beside) {
      boolean same = one.source().cloneUrl().equals(opened.cloneUrl());
      named |= same;
      all.add(same ? new Plan.Additional(opened, one.location()) : one);
    }
    if (!named) all.addFirst(new Plan.Additional(opened, Optional.empty()));
    return all;
  }

  /**
   * Only one is asked: whom it names in its turn does not count, so no circle has an end to find.
   */
  private Optional<Resolved> main(
      UserId owner, Resolved opened, Source trusted, List<Notice> notices)
      throws InterruptedException {
    var named = opened.definition().repositories().main();
    if (named.isEmpty()) return Optional.empty();
    try {
      var url = url(trusted, named.get());
      var main = sources.resolve(url, opened.source().branch(), logins(owner, trusted));
      if (main.source().cloneUrl().equals(opened.source().cloneUrl())) {
        notices.add(
            Notice.warning(
                "The repository names itself as its main configuration, which changes nothing."));
        return Optional.empty();
      }
      notices.add(
          Notice.information(
              "The definition is that of %s, as %s wants it (mainConfiguration)."
                  .formatted(main.source().title(), opened.source().title())));
      notices.addAll(main.notices());
      main.definition()
          .repositories()
          .main()
          .ifPresent(other ->
              notices.add(
                  Notice.warning(
                      "That one names %s as its own main configuration, which is not followed."
                          .formatted(Quoted.text(other)))));
      return Optional.of(main);
    } catch (Problem e) {
      notices.add(
          Notice.warning(
              "The repository wants the definition of %s, and has its own instead. %s"
                  .formatted(Quoted.text(named.get()), e.words())));
      return Optional.empty();
    }
  }

  /** Those beside, all asked at once; one that cannot be had, or not in time, is left out. */
  private List<Plan.Additional> additional(
      UserId owner, Resolved opened, Source trusted, Definition definition, List<Notice> notices)
      throws InterruptedException {
    var wanted = definition.repositories().additional();
    if (wanted.isEmpty()) return List.of();
    var threads = Executors.newFixedThreadPool(ADDITIONAL_AT_ONCE, Thread.ofVirtual().factory());
    try {
      var calls =
          wanted.stream()
              .<Callable<Plan.Additional>>map(
                  one -> () -> additional(owner, opened.source(), trusted, one))
              .toList();
      var found = threads.invokeAll(calls, ADDITIONAL_LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      var all = new ArrayList<Plan.Additional>();
      for (int i = 0; i < wanted.size(); i++) {
        var one = found.get(i);
        switch (one.state()) {
          case SUCCESS -> all.add(one.resultNow());
          case FAILED -> notices.add(leftOut(wanted.get(i), words(one.exceptionNow())));
          case CANCELLED -> notices.add(leftOut(wanted.get(i), LATE));
          case RUNNING -> throw new IllegalStateException("all were waited for");
        }
      }
      return all;
    } finally {
      threads.shutdownNow(); // what still runs is not waited for
    }
  }

  private static String words(Throwable failure) {
    if (failure instanceof Problem problem) return problem.words();
    throw new IllegalStateException("a repository could not be looked for", failure);
  }

  private static Notice leftOut(Repositories.Additional wanted, String why) {
    return Notice.error(
        "The repository wants %s beside it, which is left out. %s"
            .formatted(Quoted.text(wanted.url()), why));
  }

  private Plan.Additional additional(
      UserId owner, Source opened, Source trusted, Repositories.Additional wanted)
      throws InterruptedException {
    var url = url(trusted, wanted.url());
    var source = sources.beside(url, opened.branch(), logins(owner, trusted));
    return new Plan.Additional(source, wanted.checkoutLocation());
  }

  private static ContextUrl url(Source trusted, String text) {
    var url = ContextUrl.parse(text);
    if (url.repository() instanceof ContextUrl.Repository.Folder && trusted.folder().isEmpty()) {
      throw new Problem.Refused(
          "A repository from elsewhere has no business with folders of this machine.",
          "Clone it yourself, if you trust the first.");
    }
    return url;
  }

  /**
   * The owner's logins at the host of the repository that he opened: others would be shown to
   * whatever host a definition names. An instance gets none either.
   */
  private Logins logins(UserId owner, Source trusted) {
    var own = GitOrigin.ofUrl(trusted.cloneUrl());
    return origin ->
        GitOrigin.ofUrl(origin).equals(own) ? logins.at(owner, origin) : Optional.empty();
  }
}
