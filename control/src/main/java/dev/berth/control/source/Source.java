package dev.berth.control.source;

import dev.berth.protocol.inside.ContentPlan;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a context URL means: a repository and a commit of it that was there when it was asked.
 *
 * @param contextUrl what was opened, in its one written form
 * @param cloneUrl what git clones
 * @param host of the repository; "localhost" for a folder of this machine
 * @param owner the parts before the name, joined by slashes: a group, a user
 * @param repository its name without ".git", fit to name a folder
 * @param commit the full hash; empty for an empty repository
 * @param title for lists, for example {@code octo/hello - main}
 * @param folder what a {@code file://} source needs shown inside, at the same path
 * @param variables set in the workspace, from the context URL
 */
public record Source(
    String contextUrl,
    String cloneUrl,
    String host,
    String owner,
    String repository,
    Ref ref,
    Optional<String> commit,
    String title,
    Optional<Path> folder,
    Map<String, String> variables) {

  public Source {
    variables = Map.copyOf(variables);
  }

  /** The same with other variables. */
  public Source with(Map<String, String> others) {
    return new Source(
        contextUrl, cloneUrl, host, owner, repository, ref, commit, title, folder, others);
  }

  /** The same by the name of another: what is tried is called after what it was made of. */
  public Source calledAs(Source other) {
    return new Source(
        contextUrl,
        cloneUrl,
        host,
        other.owner(),
        other.repository(),
        ref,
        commit,
        other.owner() + "/" + other.repository() + " - trial",
        folder,
        variables);
  }

  /** The branch that it was opened at. */
  public Optional<String> branch() {
    return ref instanceof Ref.Branch(var name) ? Optional.of(name) : Optional.empty();
  }

  /** What the commit was found by. */
  public sealed interface Ref {
    record Branch(String name) implements Ref {}

    record Tag(String name) implements Ref {}

    /**
     * A pull or merge request.
     *
     * @param ref the full name of its newest commit
     */
    record PullRequest(int number, String ref) implements Ref {}

    /** Its hash, or a HEAD on no branch. */
    record Commit() implements Ref {}

    /** Nothing: the repository is empty. */
    record Empty() implements Ref {}
  }

  /**
   * How a supervisor fills /workspace from it.
   *
   * @param location where the clone lies; the repository's name where empty
   */
  public ContentPlan content(Optional<String> location, Map<String, String> gitConfig) {
    var fullName =
        switch (ref) {
          case Ref.Branch(var name) -> Optional.of("refs/heads/" + name);
          case Ref.Tag(var name) -> Optional.of("refs/tags/" + name);
          case Ref.PullRequest(_, var full) -> Optional.of(full);
          case Ref.Commit _, Ref.Empty _ -> Optional.<String>empty();
        };
    return new ContentPlan(cloneUrl, branch(), commit, fullName, location(location), gitConfig);
  }

  /** Where the clone lies, relative to /workspace, where the definition {@code says} so or not. */
  public String location(Optional<String> says) {
    return says.orElse(repository);
  }
}
