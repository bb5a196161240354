package dev.berth.supervisor.ide;

import dev.berth.base.Problem;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.errand.Errands;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The editor's settings of a user who has the same in all his workspaces: what is kept for him is
 * written before his editor starts, and what changes here is kept for the others' next starts.
 */
final class Preferences {
  /** An editor writes a setting as soon as it is made; a stat of two files costs nothing. */
  private static final Duration LOOKS = Duration.ofSeconds(2);

  /** An editor empties a file before it writes: what is the same after this is whole. */
  static final Duration SETTLED = Duration.ofMillis(300);

  /** Control may be restarting. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Hand-written files are some KiB; control takes no more. */
  static final int BYTES_MAX = 64 << 10;

  /** Leaves what was there beside it, under a name that editors do not read. */
  private static final String REPLACE =
      "mkdir -p \"${1%/*}\" && { [ ! -f \"$1\" ] || mv -f \"$1\" \"$1.before\"; } && cat >\"$1\"";

  private static final System.Logger LOG = System.getLogger(Preferences.class.getName());

  private final WorkspaceUser user;
  private final Processes processes;
  private final Errands errands;

  /** What each file held when it was last the same here and there. */
  private final Map<Path, String> shared = new HashMap<>();

  Preferences(WorkspaceUser user, Processes processes, Errands errands) {
    this.user = user;
    this.processes = processes;
    this.errands = errands;
  }

  /** Writes what is {@code kept} for those of {@code files} that hold something else. */
  void write(List<Path> files, Map<String, String> kept) throws InterruptedException {
    for (var file : files) {
      var text = kept.get(file.getFileName().toString());
      if (text == null) continue;
      shared.put(file, text);
      if (read(file).filter(text::equals).isPresent()) continue;
      UserScript.run(processes, user, REPLACE, List.of(file.toString()), text);
    }
  }

  /** Has changes kept until the instance stops. */
  void watch(List<Path> files) {
    try {
      while (true) {
        for (var file : files) keep(file);
        Thread.sleep(LOOKS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep(Path file) throws InterruptedException {
    var now = read(file);
    if (now.isEmpty() || now.get().equals(shared.get(file))) return;
    Thread.sleep(SETTLED);
    if (!read(file).equals(now)) return; // it is being written: the next look sees all of it
    var name = file.getFileName().toString();
    var errand = JsonText.write(Map.of("kind", "keepPreference", "name", name, "text", now.get()));
    try {
      int status = errands.run(errand, PATIENCE).status();
      if (status >= 500) return; // tried again
      if (status != 200) LOG.log(System.Logger.Level.INFO, "%s is not kept".formatted(file));
      shared.put(file, now.get());
    } catch (Problem e) {
      LOG.log(System.Logger.Level.INFO, e.words()); // tried again
    }
  }

  /** What the file holds; empty where it is no small text, or a link. */
  static Optional<String> read(Path file) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
      if (Files.size(file) > BYTES_MAX) return Optional.empty();
      return Optional.of(Files.readString(file));
    } catch (IOException _) {
      return Optional.empty(); // being written, or no text
    }
  }
}
