package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.control.source.ContextUrl.Wanted;
import dev.berth.control.source.ContextUrl.Wanted.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which part of a URL's path is the repository and what the rest means. Told by the words that
 * GitHub, GitLab, Bitbucket and Gitea put between the two, so that no list of hosts is needed.
 */
record PathShape(List<String> repository, Wanted wanted) {
  /** Hosts where a repository is always owner and name, so that any third part has a meaning. */
  private static final Set<String> TWO_PARTS =
      Set.of("github.com", "bitbucket.org", "codeberg.org", "gitea.com");

  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.~+@][\\p{L}\\p{N}_.~+@-]*");
  private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{7,64}");
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  static PathShape of(String host, List<String> path, Optional<String> at) {
    var shape = split(host, path);
    checkNames(host, shape.repository());
    return at.map(name -> new PathShape(shape.repository(), named(name))).orElse(shape);
  }

  /** What a whole ref, or a branch's or tag's name, means. */
  static Wanted named(String name) {
    var parts = List.of(name.split("/"));
    return fullRef(parts, false).orElse(new Wanted.Named(Kind.ANY, parts, false));
  }

  private static PathShape split(String host, List<String> path) {
    if (path.isEmpty()) {
      throw new Problem.Invalid(
          "The URL names the host %s and no repository.".formatted(host),
          "Add owner and name: https://%s/owner/repository.".formatted(host));
    }
    var server = bitbucketServer(path);
    if (server.isPresent()) return server.get();
    for (int i = 0; i < path.size(); i++) {
      boolean suffixed = path.get(i).endsWith(".git") && path.get(i).length() > 4;
      if (suffixed) return behind(host, path.subList(0, i + 1), path.subList(i + 1, path.size()));
    }
    int dash = path.indexOf("-");
    if (dash >= 2) return behind(host, path.subList(0, dash), path.subList(dash, path.size()));
    if (path.size() < 2) {
      throw new Problem.Invalid(
          "The URL names %s and no repository of it.".formatted(Quoted.text(path.getFirst())),
          "Add the repository's name behind it: %s/%s/repository."
              .formatted(host, Encoded.text(path.getFirst())));
    }
    if (TWO_PARTS.contains(host)) {
      return behind(host, path.subList(0, 2), path.subList(2, path.size()));
    }
    for (int i = 2; i < path.size(); i++) {
      var wanted = wanted(host, path.get(i), path.subList(i + 1, path.size()));
      if (wanted.isPresent()) return new PathShape(path.subList(0, i), wanted.get());
    }
    return new PathShape(path, new Wanted.DefaultBranch());
  }

  private static PathShape behind(String host, List<String> repository, List<String> rest) {
    var words =
        rest.isEmpty() || !rest.getFirst().equals("-") ? rest : rest.subList(1, rest.size());
    if (words.isEmpty()) return new PathShape(repository, new Wanted.DefaultBranch());
    var wanted = wanted(host, words.getFirst(), words.subList(1, words.size()));
    if (wanted.isPresent()) return new PathShape(repository, wanted.get());
    throw new Problem.Invalid(
        "The part %s of the URL names no branch, tag, commit, issue or pull request."
            .formatted(Quoted.text("/" + String.join("/", rest))),
        "Open https://%s/%s itself, or a branch, tag, commit or pull request of it."
            .formatted(host, Encoded.path(repository)));
  }

  /** /projects/KEY/repos/name and /users/name/repos/name, perhaps behind the server's own path. */
  private static Optional<PathShape> bitbucketServer(List<String> path) {
    for (int i = 0; i + 3 < path.size(); i++) {
      boolean user = path.get(i).equals("users");
      if (!(user || path.get(i).equals("projects")) || !path.get(i + 2).equals("repos")) continue;
      var repository = new ArrayList<>(path.subList(0, i));
      repository.add("scm");
      repository.add((user ? "~" : "") + path.get(i + 1).toLowerCase(Locale.ROOT));
      repository.add(path.get(i + 3) + (path.get(i + 3).endsWith(".git") ? "" : ".git"));
      var rest = path.subList(i + 4, path.size());
      if (rest.isEmpty() || rest.getFirst().equals("browse")) {
        return Optional.of(new PathShape(repository, new Wanted.DefaultBranch()));
      }
      return Optional.of(behind("", repository, rest));
    }
    return Optional.empty();
  }

  /** What {@code word} and what follows it mean; empty where they mean nothing together. */
  private static Optional<Wanted> wanted(String host, String word, List<String> rest) {
    if (rest.isEmpty()) return Optional.empty();
    var first = rest.getFirst();
    return switch (word) {
      case "tree", "blob", "edit" -> ref(rest);
      case "src", "raw", "media", "blame", "commits" ->
          host.equals("github.com") ? ref(rest) : giteaRef(host, word, rest);
      case "commit" -> Optional.of(commit(first));
      case "branch" -> Optional.of(new Wanted.Named(Kind.BRANCH, rest, false));
      case "tags" -> Optional.of(new Wanted.Named(Kind.TAG, rest, false));
      case "releases" -> {
        var tag = first.equals("tag") ? rest.subList(1, rest.size()) : rest;
        yield tag.isEmpty()
            ? Optional.empty()
            : Optional.of(new Wanted.Named(Kind.TAG, tag, false));
      }
      case "pull", "pulls" -> number(first).map(n -> pullRequest(n, "refs/pull/%d/head"));
      case "merge_requests" ->
          number(first).map(n -> pullRequest(n, "refs/merge-requests/%d/head"));
      case "pull-requests" -> number(first).map(n -> pullRequest(n, "refs/pull-requests/%d/from"));
      case "issues", "work_items" -> number(first).map(Wanted.Issue::new);
      default -> Optional.empty();
    };
  }

  private static Wanted pullRequest(int number, String pattern) {
    return new Wanted.PullRequest(number, pattern.formatted(number));
  }

  private static Optional<Wanted> ref(List<String> parts) {
    return Optional.of(
        fullRef(parts, true).orElseGet(() -> new Wanted.Named(Kind.ANY, parts, true)));
  }

  /** Gitea says which kind of name follows; so does Bitbucket in lists of commits. */
  private static Optional<Wanted> giteaRef(String host, String word, List<String> parts) {
    var names = parts.subList(1, parts.size());
    boolean told = !names.isEmpty() && !(host.equals("bitbucket.org") && word.equals("src"));
    if (told && parts.getFirst().equals("branch")) {
      return Optional.of(new Wanted.Named(Kind.BRANCH, names, true));
    }
    if (told && parts.getFirst().equals("tag")) {
      return Optional.of(new Wanted.Named(Kind.TAG, names, true));
    }
    if (told && parts.getFirst().equals("commit")) return Optional.of(commit(names.getFirst()));
    return ref(parts);
  }

  private static Optional<Wanted> fullRef(List<String> parts, boolean pathFollows) {
    if (parts.size() < 3 || !parts.getFirst().equals("refs")) return Optional.empty();
    var names = parts.subList(2, parts.size());
    return switch (parts.get(1)) {
      case "heads" -> Optional.of(new Wanted.Named(Kind.BRANCH, names, pathFollows));
      case "tags" -> Optional.of(new Wanted.Named(Kind.TAG, names, pathFollows));
      default -> Optional.empty();
    };
  }

  private static Wanted commit(String hash) {
    if (HASH.matcher(hash).matches()) return new Wanted.Commit(hash.toLowerCase(Locale.ROOT));
    throw new Problem.Invalid(
        "%s is no commit's hash.".formatted(Quoted.text(hash)),
        "Give its 40 hexadecimal digits, or at least the first 7.");
  }

  private static Optional<Integer> number(String text) {
    return NUMBER.matcher(text).matches() ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  private static void checkNames(String host, List<String> repository) {
    if (repository.size() > 20) { // GitLab allows 20 levels of groups
      throw new Problem.Invalid(
          "The repository's path has %d parts.".formatted(repository.size()),
          "Write it like https://%s/owner/repository.".formatted(host));
    }
    for (var name : repository) {
      if (name.length() <= 255 && NAME.matcher(name).matches()) continue;
      throw new Problem.Invalid(
          "%s is no name of an owner or repository.".formatted(Quoted.text(name)),
          "Copy the address from the browser or from the host's clone button.");
    }
  }
}
