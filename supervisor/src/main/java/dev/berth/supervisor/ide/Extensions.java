package dev.berth.supervisor.ide;

import dev.berth.base.Problem;
import dev.berth.protocol.Notice;
import dev.berth.protocol.editor.Editor;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.process.Processes;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Installs the extensions that a repository wants, each once in a workspace's life: what its user
 * removes stays removed. One that cannot be installed is told, and tried again at the next start.
 */
final class Extensions {
  /** A large one over a slow line. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** The largest known are around 150 MB. */
  private static final long FILE_BYTES_MAX = 256L << 20;

  private static final int CONNECT_MILLIS = 10_000;
  private static final int READ_MILLIS = 30_000;

  /** A hundred names, which are all that a definition may hold. */
  private static final long NOTE_BYTES_MAX = 256L << 10;

  private static final System.Logger LOG = System.getLogger(Extensions.class.getName());

  private final WorkspaceUser user;
  private final Processes processes;
  private final Runnable changed;
  private final List<Notice> notices = new ArrayList<>();

  Extensions(WorkspaceUser user, Processes processes, Runnable changed) {
    this.user = user;
    this.processes = processes;
    this.changed = changed;
  }

  synchronized List<Notice> notices() {
    return List.copyOf(notices);
  }

  void install(Editor editor, Placeholders names, List<String> wanted) throws InterruptedException {
    var note = Path.of(user.env().getOrDefault("HOME", "/"), ".local/share/berth/extensions");
    var there = noted(note);
    for (var extension : wanted) {
      if (there.contains(extension) || !tryInstall(editor, names, extension)) continue;
      var script = "mkdir -p \"${1%/*}\" && cat >>\"$1\"";
      UserScript.run(processes, user, script, List.of(note.toString()), extension + "\n");
    }
  }

  /** Whether it is installed now; a notice says why not. */
  boolean tryInstall(Editor editor, Placeholders names, String extension)
      throws InterruptedException {
    try {
      install(editor, names, extension);
      return true;
    } catch (Problem e) {
      LOG.log(System.Logger.Level.INFO, e.words());
      tell(Notice.error(e.words()));
      return false;
    }
  }

  private static Set<String> noted(Path note) {
    try {
      if (!Files.isRegularFile(note) || Files.size(note) > NOTE_BYTES_MAX) return Set.of();
      return new HashSet<>(Files.readAllLines(note));
    } catch (IOException _) {
      return Set.of(); // they are installed again, which does no harm
    }
  }

  private void install(Editor editor, Placeholders names, String extension)
      throws InterruptedException {
    if (extension.startsWith("http://") || extension.startsWith("https://")) {
      var file = fetch(extension);
      try {
        install(editor, names, extension, file.toString());
      } finally {
        remove(file);
      }
    } else if (extension.endsWith(".vsix")) {
      install(editor, names, extension, user.repository().resolve(extension).toString());
    } else {
      install(editor, names, extension, extension);
    }
  }

  private void install(Editor editor, Placeholders names, String extension, String argument)
      throws InterruptedException {
    var known = new HashMap<>(names.known());
    known.put("extension", argument);
    var with = new Placeholders(known);
    var launch = Ide.launch(user, editor, with, with.fill(editor.installExtension()));
    try (var piped = processes.startPiped(launch)) {
      piped.input().close();
      var words = LastWords.of(piped);
      boolean ended = piped.child().await(LONGEST);
      if (!ended) piped.child().end(Duration.ZERO);
      if (ended && piped.child().await() == 0) return;
      throw new Problem.Unavailable(
          "The extension %s could not be installed%s"
              .formatted(extension, ended ? words.end() : ": it took more than 5 min."),
          "See its name in .gitpod.yml or devcontainer.json, whichever wants it, and that the registry"
              + " of extensions can be reached; the next start tries again.");
    }
  }

  private static Path fetch(String address) {
    try {
      var file = Files.createTempFile("berth-extension", ".vsix");
      try {
        fetch(address, file);
        Files.setAttribute(file, "unix:mode", 0644); // its user installs it
        return file;
      } catch (IOException | RuntimeException e) {
        remove(file);
        throw e;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new Problem.Unavailable(
          "The extension at %s could not be fetched: %s.".formatted(address, e.getMessage()),
          "See that its address in .gitpod.yml or devcontainer.json is right; the next start tries again.",
          e);
    }
  }

  private static void fetch(String address, Path file) throws IOException {
    var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    try (var body = connection.getInputStream()) {
      if (connection.getContentLengthLong() > FILE_BYTES_MAX) throw new IOException("too large");
      Files.copy(new Bounded(body, FILE_BYTES_MAX), file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      connection.disconnect();
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "cannot remove " + file, e);
    }
  }

  private void tell(Notice notice) {
    synchronized (this) {
      notices.add(notice);
    }
    changed.run();
  }
}
