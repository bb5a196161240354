package dev.berth.cli.definition;

import dev.berth.base.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs git in a folder with no more rights than the folder's owner has: a repository's own
 * configuration, and that of every repository below it, names programs that git starts, and links
 * and alternates that lead anywhere.
 */
record OwnersGit(Path place, int uid, int gid) {
  /** A working copy of gigabytes on a slow disk. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  static OwnersGit of(Path place) throws IOException {
    return new OwnersGit(place, id(place, "uid"), id(place, "gid"));
  }

  /** Whether the folder's owner is who runs this command. */
  boolean isOurs() throws IOException {
    return uid == id(Path.of("/proc/self"), "uid");
  }

  boolean owns(Path path) throws IOException {
    return uid == id(path, "uid");
  }

  private static int id(Path path, String which) throws IOException {
    return (int) Files.getAttribute(path, "unix:" + which, LinkOption.NOFOLLOW_LINKS);
  }

  /** What git says, where it says yes. */
  Optional<String> ask(String... words) throws InterruptedException, IOException {
    var outcome = git(Map.of(), words).run();
    return outcome.ok() ? Optional.of(outcome.text().strip()) : Optional.empty();
  }

  Command git(Map<String, String> environment, String... words) throws IOException {
    var argv = new ArrayList<>(List.of("git", "-C", place.toString()));
    argv.addAll(List.of(words));
    return Command.of(as(environment, argv)).within(LONGEST);
  }

  /**
   * {@code argv}, run by the owner. Where that is another than we are: without our environment,
   * which may hold secrets, and without our terminal, into which it could type.
   */
  List<String> as(Map<String, String> environment, List<String> argv) throws IOException {
    var all = new ArrayList<String>();
    all.add("env");
    if (!isOurs()) all.addAll(List.of("-i", "PATH=" + PATH, "LC_ALL=C.UTF-8"));
    environment.forEach((name, value) -> all.add(name + "=" + value));
    if (!isOurs()) {
      all.addAll(List.of("setsid", "--wait", "setpriv"));
      all.addAll(List.of("--reuid=" + uid, "--regid=" + gid, "--clear-groups"));
      all.addAll(List.of("--no-new-privs", "--inh-caps=-all"));
    }
    all.addAll(argv);
    return all;
  }
}
