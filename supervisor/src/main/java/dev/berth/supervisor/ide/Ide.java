package dev.berth.supervisor.ide;

import dev.berth.base.Problem;
import dev.berth.protocol.Notice;
import dev.berth.protocol.Port;
import dev.berth.protocol.editor.Editor;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.definition.DefinitionWatch;
import dev.berth.supervisor.errand.Errands;
import dev.berth.supervisor.process.Child;
import dev.berth.supervisor.process.Launch;
import dev.berth.supervisor.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The instance's browser editor, from the tree's coming to the instance's end. */
public final class Ide {
  /** A tree comes once in a machine's life; a stat a second costs nothing. */
  private static final Duration TREE_LOOKS = Duration.ofSeconds(1);

  /** An editor writes a setting as soon as it is made; a stat costs nothing. */
  private static final Duration SETTINGS_LOOKS = Duration.ofSeconds(2);

  /** It takes 0.3 s on an idle machine, and its first visitor waits for it. */
  private static final Duration READY_LOOKS = Duration.ofMillis(25);

  /** After this a start is told as slow; it goes on. */
  private static final Duration SLOW = Duration.ofSeconds(60);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** One that ran as long as this is not one that cannot run. */
  private static final Duration STEADY = Duration.ofMinutes(1);

  private static final String WRITE = "mkdir -p \"${1%/*}\" && cat >\"$1\"";

  private static final System.Logger LOG = System.getLogger(Ide.class.getName());

  /**
   * Where an instance has what an editor needs.
   *
   * @param tree the editor's
   * @param port where it is to listen
   * @param links a folder of every PATH, for the tree's {@code code}
   */
  public record Place(Path tree, int port, Path links) {
    /** As instances have it. */
    public static final Place USUAL = new Place(Editor.TREE, Port.IDE, Path.of("/usr/local/bin"));
  }

  private final BootPlan plan;
  private final Place place;
  private final Path workspace;
  private final WorkspaceUser user;
  private final Processes processes;
  private final Errands errands;
  private final DefinitionWatch definition;
  private final Extensions extensions;
  private final Preferences preferences;
  private final Runnable changed;
  private volatile Optional<EditorState> state;

  /**
   * @param workspace the folder of the clones
   * @param errands who keeps what its user sets
   * @param definition what is said of ports now
   * @param changed called, from any thread, when its state or its notices changed
   */
  public Ide(
      BootPlan plan,
      Place place,
      Path workspace,
      WorkspaceUser user,
      Processes processes,
      Errands errands,
      DefinitionWatch definition,
      Runnable changed) {
    this.plan = plan;
    this.place = place;
    this.workspace = workspace;
    this.user = user;
    this.processes = processes;
    this.errands = errands;
    this.definition = definition;
    this.extensions = new Extensions(user, processes, changed);
    this.preferences = new Preferences(user, processes, errands);
    this.changed = changed;
    this.state =
        Files.isDirectory(place.tree())
            ? Optional.of(new EditorState.Starting())
            : Optional.empty();
  }

  /** How far it is; empty where the instance has none. */
  public Optional<EditorState> state() {
    return state;
  }

  /** What its user should know of it. */
  public List<Notice> notices() {
    return extensions.notices();
  }

  /** Runs it until it is interrupted or the instance stops. */
  public void run() {
    try {
      writeForDesktops();
      if (state.isEmpty()) return;
      var editor = awaitTree();
      link("code");
      share(editor);
      Thread.ofVirtual().name("machine-settings").start(() -> keepBelowUsers(editor));
      var pause = FIRST_PAUSE;
      while (true) {
        var began = System.nanoTime();
        var end = serve(editor);
        boolean steady = System.nanoTime() - began > STEADY.toNanos();
        pause = steady ? FIRST_PAUSE : pause;
        say(
            new EditorState.Failed(
                "The editor ended: " + end,
                "It is started again in %d s.".formatted(Math.max(1, pause.toSeconds()))));
        Thread.sleep(pause);
        pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Problem e) {
      LOG.log(System.Logger.Level.WARNING, e.words());
      say(new EditorState.Failed(e.what(), e.remedy()));
    }
  }

  /** Where its user wants it so, his settings are those of all his workspaces. */
  private void share(Editor editor) throws InterruptedException {
    if (plan.editor().preferences().isEmpty()) return;
    var files =
        placeholders().fill(editor.preferences().orElse(List.of())).stream().map(Path::of).toList();
    preferences.write(files, plan.editor().preferences().get());
    Thread.ofVirtual().name("preferences").start(() -> preferences.watch(files));
  }

  /** A login shell makes its PATH anew, so a variable alone would not do. */
  private void link(String program) {
    var link = place.links().resolve(program);
    try {
      if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) return; // the image's own, or ours
      Files.createDirectories(place.links());
      Files.createSymbolicLink(link, place.tree().resolve("bin").resolve(program));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "cannot link " + link, e); // a read-only image
    }
  }

  /**
   * Installs what extensions the repository wants, and those that its user has elsewhere; to be
   * called when the repository's files are there.
   */
  public void contentIsThere() {
    boolean shares = plan.editor().preferences().isPresent();
    var wanted = plan.editor().extensions();
    if (state.isEmpty() || (wanted.isEmpty() && !shares)) return;
    Thread.ofVirtual()
        .name("extensions")
        .start(() -> {
          try {
            var editor = awaitTree();
            extensions.install(editor, placeholders(), wanted);
            if (!shares) return;
            // Whoever waits for the page needs the processor before.
            while (!(state.orElseThrow() instanceof EditorState.Ready)) Thread.sleep(TREE_LOOKS);
            new SharedExtensions(user, processes, errands, extensions)
                .share(editor, placeholders(), plan.editor().sharedExtensions(), wanted);
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          } catch (Problem e) {
            LOG.log(System.Logger.Level.INFO, e.words()); // mostly the instance is stopping
          }
        });
  }

  private Editor awaitTree() throws InterruptedException {
    while (true) {
      var editor = EditorFile.editor(place.tree());
      if (editor.isPresent()) return editor.get();
      say(EditorFile.awaited(place.tree()));
      Thread.sleep(TREE_LOOKS);
    }
  }

  /** Serves until it ends, and answers how it ended. */
  private String serve(Editor editor) throws InterruptedException {
    say(new EditorState.Starting());
    var names = placeholders();
    write(editor, names);
    try (var piped =
        processes.startPiped(launch(user, editor, names, names.fill(editor.command())))) {
      piped.input().close();
      var words = LastWords.of(piped);
      var child = piped.child();
      var ready = Thread.ofVirtual().name("ide-ready").start(() -> awaitReady(editor, child));
      try {
        int code = child.await();
        return "exit code %d%s".formatted(code, words.end());
      } catch (InterruptedException e) {
        child.end(Duration.ZERO);
        throw e;
      } finally {
        ready.interrupt();
        ready.join();
      }
    } catch (Problem e) {
      return e.words();
    }
  }

  private void awaitReady(Editor editor, Child child) {
    long began = System.nanoTime();
    boolean told = false;
    try {
      while (child.isRunning()) {
        if (Answers.at(place.port(), editor.readyPath())) {
          say(new EditorState.Ready(place.port()));
          return;
        }
        if (!told && System.nanoTime() - began > SLOW.toNanos()) {
          told = true;
          LOG.log(System.Logger.Level.WARNING, "the editor does not answer yet");
        }
        Thread.sleep(READY_LOOKS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // it ended
    }
  }

  /** As its user, so that a link in the home leads nowhere where its user may not write. */
  private void write(Editor editor, Placeholders names) throws InterruptedException {
    if (editor.settings().isEmpty()) return;
    var file = names.fill(editor.settings().get().file());
    var ours = names.fill(editor.settings().get().json());
    if (file.isEmpty() || ours.isEmpty()) return;
    var users = usersOwn(editor, names).flatMap(Preferences::read).orElse("");
    var json = MachineSettings.of(ours.get(), plan.editor().settings(), users);
    // As mostly: the last start wrote the same, and a shell takes 60 ms that somebody waits for.
    if (Preferences.read(Path.of(file.get())).equals(Optional.of(json))) return;
    UserScript.run(processes, user, WRITE, List.of(file.get()), json);
  }

  private static Optional<Path> usersOwn(Editor editor, Placeholders names) {
    return names.fill(editor.preferences().orElse(List.of())).stream()
        .map(Path::of)
        .filter(file -> file.endsWith("settings.json"))
        .findFirst();
  }

  /** What its user sets while it runs counts at once, too, and so does what ports are called. */
  private void keepBelowUsers(Editor editor) {
    var file = usersOwn(editor, placeholders());
    if (file.isEmpty()) return;
    try {
      var seen = changedAt(file.get());
      var ports = definition.ports();
      while (true) {
        Thread.sleep(SETTINGS_LOOKS);
        var now = changedAt(file.get());
        var portsNow = definition.ports();
        if (now.equals(seen) && portsNow.equals(ports)) continue;
        try {
          write(editor, placeholders());
          seen = now;
          ports = portsNow;
        } catch (Problem e) {
          LOG.log(System.Logger.Level.INFO, e.words()); // tried again
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<FileTime> changedAt(Path file) {
    try {
      return Optional.of(Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException _) {
      return Optional.empty(); // nothing is set yet
    }
  }

  /** For a desktop's VS Code, which makes the file itself where somebody sets something there. */
  private void writeForDesktops() throws InterruptedException {
    if (plan.editor().settings().equals("{}")) return;
    var home = user.env().getOrDefault("HOME", "/");
    var file = Path.of(home, ".vscode-server/data/Machine/settings.json");
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) return;
    UserScript.run(processes, user, WRITE, List.of(file.toString()), plan.editor().settings());
  }

  static Launch launch(WorkspaceUser user, Editor editor, Placeholders names, List<String> argv) {
    var more = new HashMap<String, String>();
    editor.env().forEach((name, value) -> names.fill(value).ifPresent(it -> more.put(name, it)));
    return user.launch(argv, user.folder(), more);
  }

  private Placeholders placeholders() {
    var known = new HashMap<String, String>();
    known.put("tree", place.tree().toString());
    known.put("port", Integer.toString(place.port()));
    known.put("home", user.env().getOrDefault("HOME", "/"));
    known.put("shellName", user.shell().getFileName().toString());
    known.put("portUrl", plan.workspaceUrl().replaceFirst("://", "://{{port}}-") + "/");
    known.put("portsAttributes", PortsAttributes.of(definition.ports()));
    plan.editor().gallery().ifPresent(gallery -> known.put("gallery", gallery));
    var opened = opened();
    known.put(opened.endsWith(".code-workspace") ? "workspaceFile" : "folder", opened);
    return new Placeholders(Map.copyOf(known));
  }

  private String opened() {
    return plan.editor()
        .folder()
        .map(folder -> workspace.resolve(folder).normalize().toString())
        .orElseGet(() -> user.repository().toString());
  }

  private void say(EditorState now) {
    if (state.equals(Optional.of(now))) return;
    state = Optional.of(now);
    changed.run();
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
