package dev.berth.supervisor.ide;

import dev.berth.base.Problem;
import dev.berth.protocol.editor.Editor;
import dev.berth.protocol.editor.ExtensionName;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.errand.Errands;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.process.Descriptor;
import dev.berth.supervisor.process.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Has the extensions that a user installs in one workspace be in the others too, from their next
 * start on, and those that he removes be gone there. Those that the repository wants are not his.
 *
 * <p>What changes here is told as a change, not as a list: other workspaces may run. A note in the
 * home says what was the same here and there when it was last looked, so that what happened while
 * nobody listened is seen later.
 */
final class SharedExtensions {
  /** As for settings; a stat costs nothing. */
  private static final Duration LOOKS = Duration.ofSeconds(2);

  /** Control may be restarting. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** To list and to remove are a start of the editor's runtime; the machine may be loaded. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** A list takes half a second of a core. */
  private static final Duration AGAIN = Duration.ofSeconds(30);

  /** An empty list of JSON. */
  private static final int NOTHING_BYTES = 4;

  /** Some thousand names. */
  private static final int LIST_BYTES_MAX = 256 << 10;

  private static final System.Logger LOG = System.getLogger(SharedExtensions.class.getName());

  private final WorkspaceUser user;
  private final Processes processes;
  private final Errands errands;
  private final Extensions extensions;
  private final Path note;

  SharedExtensions(
      WorkspaceUser user, Processes processes, Errands errands, Extensions extensions) {
    this.user = user;
    this.processes = processes;
    this.errands = errands;
    this.extensions = extensions;
    this.note =
        Path.of(user.env().getOrDefault("HOME", "/"), ".local/share/berth/shared-extensions");
  }

  /**
   * What is to be done where this is installed, that is kept for all, and {@code same} was the same
   * here and there before.
   */
  record Step(Set<String> install, Set<String> remove, Set<String> added, Set<String> removed) {
    static Step of(
        Set<String> installed, Set<String> kept, Set<String> same, Set<String> ofRepository) {
      var added = without(installed, same, kept, ofRepository);
      var removed = without(same, installed);
      var wanted = new TreeSet<>(kept);
      wanted.addAll(added);
      wanted.removeAll(removed);
      var gone = without(same, wanted, ofRepository);
      gone.retainAll(installed);
      return new Step(without(wanted, installed), gone, added, removed);
    }

    boolean acts() {
      return !install.isEmpty() || !remove.isEmpty();
    }

    private static Set<String> without(Set<String> all, Collection<?>... others) {
      var rest = new TreeSet<>(all);
      for (var other : others) rest.removeAll(other);
      return rest;
    }
  }

  /** Does so until the instance stops, where the editor says how. */
  void share(Editor editor, Placeholders names, List<String> kept, List<String> ofRepository)
      throws InterruptedException {
    if (editor.installed().isEmpty()) return;
    var how = editor.installed().get();
    var noted = names.fill(how.noted()).map(Path::of);
    if (noted.isEmpty()) return;
    var theirs = names(ofRepository.stream().map(one -> one.split("@", 2)[0]).toList());
    var before = Optional.<String>empty();
    var all = names(kept); // of the others, once: after the start only what changes here counts
    while (true) {
      var now = state(noted.get());
      if (!before.equals(Optional.of(now))) {
        try {
          // Where there are none the editor need not be asked, which costs half a second.
          var installed = now.isEmpty() ? Set.<String>of() : list(editor, names, how);
          Thread.sleep(Preferences.SETTLED);
          // Else it is being written, and may have been empty for a moment: it is looked at again.
          if (state(noted.get()).equals(now)) {
            var step = Step.of(installed, all, same(), theirs);
            all = settle(editor, names, step, installed, all);
            // What was done here changes the file, perhaps back to what somebody else makes of it.
            before = step.acts() ? Optional.empty() : Optional.of(now);
          }
        } catch (Problem e) {
          LOG.log(System.Logger.Level.INFO, e.words());
          Thread.sleep(AGAIN);
        }
      }
      Thread.sleep(LOOKS);
    }
  }

  /** What is the same here and for all afterwards. */
  private Set<String> settle(
      Editor editor, Placeholders names, Step step, Set<String> installed, Set<String> all)
      throws InterruptedException {
    if (!step.added().isEmpty() || !step.removed().isEmpty()) tell(step);
    var known = new TreeSet<>(all);
    known.addAll(step.added());
    known.removeAll(step.removed());
    var same = new TreeSet<>(known);
    same.retainAll(installed);
    for (var one : step.install()) {
      if (extensions.tryInstall(editor, names, one)) same.add(one);
    }
    for (var one : step.remove()) {
      if (run(editor, names, editor.installed().orElseThrow().remove(), one).isEmpty()) {
        same.add(one); // it is still here, and not the user's wish
      }
    }
    var script = "mkdir -p \"${1%/*}\" && cat >\"$1\"";
    var text = String.join("\n", same) + "\n";
    if (!same.equals(same())) {
      UserScript.run(processes, user, script, List.of(note.toString()), text);
    }
    // One that could not be installed waits for the next start.
    return same;
  }

  private void tell(Step step) throws InterruptedException {
    var errand =
        JsonText.write(
            Map.of(
                "kind",
                "changeExtensions",
                "added",
                List.copyOf(step.added()),
                "removed",
                List.copyOf(step.removed())));
    int status = errands.run(errand, PATIENCE).status();
    if (status >= 500) {
      throw new Problem.Unavailable("Berth cannot keep the extensions now.", "It tries again.");
    }
    if (status != 200) LOG.log(System.Logger.Level.INFO, "the extensions are not kept for others");
  }

  private Set<String> list(Editor editor, Placeholders names, Editor.Installed how)
      throws InterruptedException {
    return run(editor, names, how.list(), "")
        .map(text -> names(text.lines().toList()))
        .orElseThrow(() ->
            new Problem.Unavailable("The editor does not list its extensions.", "It tries again."));
  }

  /** What it printed; empty where it failed. */
  private Optional<String> run(
      Editor editor, Placeholders names, List<String> command, String extension)
      throws InterruptedException {
    var known = new HashMap<>(names.known());
    known.put("extension", extension);
    var with = new Placeholders(known);
    try (var piped = processes.startPiped(Ide.launch(user, editor, with, with.fill(command)))) {
      piped.input().close();
      var printed = new StringBuilder();
      var output = reader(piped.output(), printed);
      var errors = reader(piped.errors(), new StringBuilder());
      boolean ended = piped.child().await(LONGEST);
      if (!ended) piped.child().end(Duration.ZERO);
      piped.endWhenEmpty();
      output.join();
      errors.join();
      if (!ended || piped.child().await() != 0) return Optional.empty();
      synchronized (printed) {
        return Optional.of(printed.toString());
      }
    }
  }

  private static Thread reader(Descriptor from, StringBuilder into) {
    return Thread.ofVirtual()
        .name("extensions-list")
        .start(() -> {
          var bytes = new byte[4096];
          try {
            for (int n; (n = from.read(bytes)) >= 0; ) {
              synchronized (into) {
                if (into.length() < LIST_BYTES_MAX) {
                  into.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
                }
              }
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private Set<String> same() {
    return Preferences.read(note).map(text -> names(text.lines().toList())).orElse(Set.of());
  }

  /** Names that are some; a path or an address of a .vsix is none. */
  static Set<String> names(List<String> lines) {
    var names = new HashSet<String>();
    for (var line : lines) {
      var name = line.strip().toLowerCase(Locale.ROOT);
      if (ExtensionName.is(name)) names.add(name);
    }
    return names;
  }

  /** Another text whenever the file is another; empty where there is nothing in it. */
  private static String state(Path file) {
    try {
      var seen = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (seen.size() <= NOTHING_BYTES) return "";
      return "%s %d %s".formatted(seen.lastModifiedTime(), seen.size(), seen.fileKey());
    } catch (IOException _) {
      return "";
    }
  }
}
