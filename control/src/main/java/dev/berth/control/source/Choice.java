package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.base.text.NearName;
import dev.berth.base.text.Quoted;
import dev.berth.control.source.ContextUrl.Wanted;
import dev.berth.control.source.ContextUrl.Wanted.Kind;
import dev.berth.protocol.Notice;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which of a repository's names is meant. Pure: asks nobody.
 *
 * @param commit a full hash, or a part of one where {@code ref} is a commit
 * @param notices what was chosen otherwise than one may think
 */
record Choice(Source.Ref ref, String commit, List<Notice> notices) {
  private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{7,64}");

  Choice {
    notices = List.copyOf(notices);
  }

  /** {@link Problem.Missing} where {@code refs}, which are not empty, do not have it. */
  static Choice of(Wanted wanted, Refs refs, String repository) {
    return switch (wanted) {
      case Wanted.DefaultBranch _, Wanted.Issue _ -> defaultBranch(refs, repository);
      case Wanted.Named named -> named(named, refs, repository);
      case Wanted.Commit(var hash) -> new Choice(new Source.Ref.Commit(), hash, List.of());
      case Wanted.PullRequest(int number, var ref) -> pullRequest(number, ref, refs, repository);
    };
  }

  private static Choice defaultBranch(Refs refs, String repository) {
    if (refs.headBranch().isPresent()) {
      var name = refs.headBranch().get();
      return branch(name, refs, List.of());
    }
    if (refs.head().isPresent()) {
      var sameCommit =
          refs.branches().entrySet().stream()
              .filter(branch -> branch.getValue().equals(refs.head().get()))
              .findFirst();
      return sameCommit
          .map(branch -> branch(branch.getKey(), refs, List.of()))
          .orElseGet(() -> new Choice(new Source.Ref.Commit(), refs.head().get(), List.of()));
    }
    var instead =
        Stream.concat(Stream.of("main", "master"), refs.branches().keySet().stream())
            .filter(refs.branches()::containsKey)
            .findFirst();
    if (instead.isEmpty()) {
      throw new Problem.Missing(
          "The repository %s has no branch.".formatted(repository),
          "Open one of its tags or commits, or push a branch.");
    }
    return branch(
        instead.get(),
        refs,
        List.of(
            Notice.information(
                "The repository's default branch does not exist; %s was opened."
                    .formatted(Quoted.text(instead.get())))));
  }

  private static Choice named(Wanted.Named named, Refs refs, String repository) {
    if (named.kind() != Kind.TAG) {
      var branch = longest(named, refs.branches());
      if (branch.isPresent()) return branch(branch.get(), refs, List.of());
    }
    if (named.kind() != Kind.BRANCH) {
      var tag = longest(named, refs.tags());
      if (tag.isPresent()) {
        var commit = refs.tags().getOrDefault(tag.get(), "");
        return new Choice(new Source.Ref.Tag(tag.get()), commit, List.of());
      }
    }
    var first = named.parts().getFirst();
    boolean whole = named.pathFollows() || named.parts().size() == 1;
    if (named.kind() == Kind.ANY && whole && HASH.matcher(first).matches()) {
      return new Choice(new Source.Ref.Commit(), first.toLowerCase(Locale.ROOT), List.of());
    }
    if (named.kind() == Kind.ANY && first.equals("HEAD")) return defaultBranch(refs, repository);
    throw missing(named, refs, repository);
  }

  /** Names may hold slashes, and a path may follow: the longest name that exists is meant. */
  private static Optional<String> longest(Wanted.Named named, Map<String, String> names) {
    var parts = named.parts();
    int shortest = named.pathFollows() ? 1 : parts.size();
    for (int n = parts.size(); n >= shortest; n--) {
      var name = String.join("/", parts.subList(0, n));
      if (names.containsKey(name)) return Optional.of(name);
    }
    return Optional.empty();
  }

  private static Problem.Missing missing(Wanted.Named named, Refs refs, String repository) {
    var what =
        switch (named.kind()) {
          case BRANCH -> "branch";
          case TAG -> "tag";
          case ANY -> "branch, tag or commit";
        };
    var written = String.join("/", named.parts());
    var known =
        switch (named.kind()) {
          case BRANCH -> refs.branches().keySet().stream().toList();
          case TAG -> refs.tags().keySet().stream().toList();
          case ANY ->
              Stream.concat(refs.branches().keySet().stream(), refs.tags().keySet().stream())
                  .toList();
        };
    var near = NearName.of(written, known, 3);
    if (near.isEmpty()) near = NearName.of(named.parts().getFirst(), known, 3);
    if (near.isEmpty()) near = known.stream().limit(3).toList();
    return new Problem.Missing(
        "The repository %s has no %s %s.".formatted(repository, what, Quoted.text(written)),
        near.isEmpty()
            ? "Look whether it was deleted or never pushed."
            : "Look whether it was deleted or never pushed. The nearest are: %s."
                .formatted(String.join(", ", near.stream().map(Quoted::printable).toList())));
  }

  private static Choice pullRequest(int number, String ref, Refs refs, String repository) {
    var commit = refs.others().get(ref);
    if (commit != null) {
      return new Choice(new Source.Ref.PullRequest(number, ref), commit, List.of());
    }
    throw new Problem.Missing(
        "The repository %s shows no pull request %d (%s).".formatted(repository, number, ref),
        ref.startsWith("refs/pull-requests/")
            ? "Open its source branch instead: Bitbucket Cloud does not show pull requests to git."
            : "Look whether the number is right; otherwise open its source branch.");
  }

  private static Choice branch(String name, Refs refs, List<Notice> notices) {
    var commit = refs.branches().getOrDefault(name, "");
    return new Choice(new Source.Ref.Branch(name), commit, notices);
  }
}
