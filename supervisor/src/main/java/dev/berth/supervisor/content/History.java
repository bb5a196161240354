package dev.berth.supervisor.content;

import dev.berth.protocol.inside.ContentPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Fetches the history that a quick clone left out. The clone's settings are the repository's by
 * then, and might send the owner's login to whom they like. So git runs in a folder of its own,
 * which has the clone's objects and names by links, as git's own new-workdir makes one, and no
 * setting but those that count for a clone.
 */
final class History {
  private static final String FOLDER = ".git/berth-history";

  /**
   * Nothing is cleaned up from here: what the clone's index and reflog refer to is not seen. Its
   * commits without parents are noted, so that it is known whether they are still the same.
   */
  private static final String PREPARE =
      """
      rm -rf .git/berth-history && mkdir .git/berth-history && cd .git/berth-history || exit 1
      printf '%s\n' '[gc]' 'auto = 0' '[maintenance]' 'auto = false' '[remote "origin"]' \
        'fetch = +refs/heads/*:refs/remotes/origin/*' >config &&
      cp ../HEAD ../shallow . && cp shallow before &&
      ln -s ../objects ../refs ../packed-refs .
      """;

  /** git removes what says that the history is cut off; here that is a copy. */
  private static final String FINISH =
      """
      cd .git/berth-history || exit 1
      if [ ! -e shallow ] && [ "$(cat before)" = "$(cat ../shallow)" ]; then rm -f ../shallow; fi
      """;

  private static final String REMOVE = "rm -rf .git/berth-history";

  private final Git git;
  private final ContentPlan plan;

  /**
   * @param git runs in the clone
   */
  History(Git git, ContentPlan plan) {
    this.git = git;
    this.plan = plan;
  }

  void fetch() throws InterruptedException {
    must(git.script(PREPARE));
    must(aside("config", "remote.origin.url", plan.cloneUrl()));
    for (var name : Clone.settingsForClone(plan)) {
      var _ = aside("config", "--", name, Objects.requireNonNull(plan.gitConfig().get(name)));
    }
    must(aside("fetch", "--quiet", "--unshallow", "--tags", "--no-recurse-submodules", "origin"));
    must(git.script(FINISH));
    var _ = aside("remote", "set-head", "origin", "--auto");
    var _ = git.script(REMOVE);
  }

  private Git.Result aside(String... arguments) throws InterruptedException {
    var all = new ArrayList<>(List.of("--git-dir=" + FOLDER));
    all.addAll(List.of(arguments));
    return git.run(_ -> {}, all);
  }

  private void must(Git.Result result) {
    if (!result.ok()) throw GitFailure.words(plan.cloneUrl(), result.messages());
  }
}
