package dev.berth.supervisor.gp;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The process that called: what it has in its environment, and where its words go.
 *
 * @param env as the user has it, without what the launcher set for this JVM
 */
record Caller(
    Map<String, String> env, Path folder, InputStream in, PrintStream out, PrintStream err) {
  /** The launcher keeps under this prefix what a JVM would take for its own. */
  private static final String KEPT = "BERTH_KEPT_";

  Caller {
    env = Map.copyOf(env);
  }

  static Caller ofThisProcess() {
    return new Caller(
        usersOwn(System.getenv()),
        Path.of("").toAbsolutePath(),
        new FileInputStream(FileDescriptor.in),
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
  }

  private static Map<String, String> usersOwn(Map<String, String> ours) {
    var own = new HashMap<>(ours);
    own.remove("LC_ALL");
    own.remove("LOCPATH");
    own.remove("MALLOC_ARENA_MAX");
    ours.forEach((name, value) -> {
      if (!name.startsWith(KEPT)) return;
      own.remove(name);
      own.put(name.substring(KEPT.length()), value);
    });
    return own;
  }

  /** A variable that is there and says something. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(env.get(name)).filter(value -> !value.isBlank());
  }

  /** The repository's folder. */
  Path repository() {
    return variable("GITPOD_REPO_ROOT").map(Path::of).orElse(folder);
  }
}
