package dev.berth.supervisor.content;

import dev.berth.base.Problem;
import dev.berth.protocol.Notice;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.process.Launch;
import dev.berth.supervisor.process.Processes;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The owner's own settings, in a home that has none yet (gitpod-classic 7.6). All of it runs as the
 * user; what goes wrong is a notice and keeps nothing from starting. One thread prepares, any may
 * ask.
 */
public final class Dotfiles {
  private static final String FOLDER = ".dotfiles";
  private static final String LOG = ".dotfiles.log";

  /** For the clone, and again for the script. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private static final Duration END_GRACE = Duration.ofSeconds(2);

  /** Of these the first that can be executed is run. */
  private static final List<String> SCRIPTS =
      List.of(
          "install.sh",
          "install",
          "bootstrap.sh",
          "bootstrap",
          "script/bootstrap",
          "setup.sh",
          "setup",
          "script/setup");

  /** Each file at the same place below the home, where nothing is there. */
  private static final String LINK_ALL =
      """
      cd "$HOME/.dotfiles" && find . -name .git -prune -o '(' -type f -o -type l ')' -print |
      while IFS= read -r file; do
        file=${file#./}
        if [ -e "$HOME/$file" ] || [ -L "$HOME/$file" ]; then continue; fi
        case $file in */*) mkdir -p "$HOME/${file%/*}" ;; esac
        ln -s "$HOME/.dotfiles/$file" "$HOME/$file"
      done
      """;

  private final Optional<String> repository;
  private final WorkspaceUser user;
  private final WorkspaceUser cloning;
  private final Path home;
  private final Processes processes;
  private volatile List<Notice> notices = List.of();

  /**
   * @param cloning the same user with the variables that their clone gets
   */
  public Dotfiles(
      Optional<String> repository,
      WorkspaceUser user,
      WorkspaceUser cloning,
      Path home,
      Processes processes) {
    this.repository = repository;
    this.user = user;
    this.cloning = cloning;
    this.home = home;
    this.processes = processes;
  }

  public List<Notice> notices() {
    return notices;
  }

  /** Clones and installs them, where there are some and the home has none. */
  public void prepare() throws InterruptedException {
    if (repository.isEmpty()) return;
    var folder = home.resolve(FOLDER);
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) return;
    var url = repository.get();
    if (!run(
        cloning,
        List.of("git", "clone", "--quiet", "--recurse-submodules", "--", url, folder.toString()),
        home)) {
      notices =
          List.of(
              Notice.error(
                  "Your dotfiles could not be cloned from %s; see ~/%s.".formatted(url, LOG)));
      return;
    }
    var script = SCRIPTS.stream().map(folder::resolve).filter(Dotfiles::isProgram).findFirst();
    var install =
        script.map(path -> List.of(path.toString())).orElse(List.of("/bin/sh", "-c", LINK_ALL));
    if (!run(user, install, folder)) {
      var what = script.map(path -> folder.relativize(path).toString()).orElse("linking them");
      notices =
          List.of(
              Notice.error(
                  "Your dotfiles were cloned, but %s failed or took more than %d s; see ~/%s."
                      .formatted(what, LONGEST.toSeconds(), LOG)));
    }
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /** Whether it ended well in time; its words go to the log. */
  private boolean run(WorkspaceUser as, List<String> argv, Path folder)
      throws InterruptedException {
    var logged =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                "-c",
                "exec \"$@\" >>\"$0\" 2>&1 </dev/null",
                home.resolve(LOG).toString()));
    logged.addAll(argv);
    Launch launch =
        as.launch(
            logged,
            folder,
            Map.of(
                "GIT_TERMINAL_PROMPT", "0",
                "GIT_ASKPASS", "true",
                "GIT_ALLOW_PROTOCOL", "http:https"));
    try (var running = processes.startPiped(launch)) {
      boolean ended = running.child().await(LONGEST);
      if (!ended) running.child().end(END_GRACE);
      return ended && running.child().await() == 0;
    } catch (Problem e) {
      notices = List.of(Notice.error("Your dotfiles cannot be installed: " + e.words()));
      return false;
    }
  }
}
