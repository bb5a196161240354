package dev.berth.node.editor;

import dev.berth.base.Problem;
import dev.berth.base.file.FileLocks;
import dev.berth.base.file.FolderTree;
import dev.berth.protocol.api.EditorView;
import dev.berth.protocol.editor.Editor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * This machine's browser editor. Its folder is known at once; what comes into it is made on a
 * thread of its own, which tries again where it fails.
 */
public final class Editors implements AutoCloseable {
  /** After a first failure, doubled each time: a machine without a network is not kept busy. */
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);

  /** Held in the folder of the trees by the one who makes one: of all installations. */
  private static final String LOCK = "lock";

  /**
   * Installs what making a tree needs on this machine, telling what and why; for what the
   * distribution has, {@link Problem.Unavailable} where it cannot.
   */
  @FunctionalInterface
  public interface Tools {
    void install(Consumer<String> progress) throws InterruptedException;
  }

  private final Optional<EditorTree> tree;
  private volatile EditorView state;
  private final Consumer<String> progress;
  private final Optional<Thread> worker;

  private Editors(
      Optional<EditorTree> tree,
      EditorView state,
      Consumer<String> progress,
      Optional<EditorSupply> supply) {
    this.tree = tree;
    this.state = state;
    this.progress = progress;
    this.worker = supply.map(one -> Thread.ofPlatform().name("editor").unstarted(() -> run(one)));
  }

  /**
   * Begins to make what {@code choice} asks for where it is not there, and returns at once.
   *
   * @param cache where trees are kept; several installations may share it
   */
  public static Editors open(
      EditorChoice choice, Path cache, Tools tools, Consumer<String> progress) {
    var editors =
        switch (choice) {
          case EditorChoice.None _ ->
              new Editors(Optional.empty(), new EditorView.None(), progress, Optional.empty());
          case EditorChoice.Folder(var folder) -> given(new EditorTree(folder), progress);
          case EditorChoice.Usual _ -> {
            var tree = new EditorTree(cache.resolve(Recipe.treeName()));
            yield made(tree, new UsualTree(tools), progress);
          }
          case EditorChoice.Archive(var file) -> {
            var tree = new EditorTree(cache.resolve(ArchivedTree.name(file)));
            yield made(tree, new ArchivedTree(file), progress);
          }
        };
    editors.worker.ifPresent(Thread::start);
    return editors;
  }

  private static Editors given(EditorTree tree, Consumer<String> progress) {
    var editor = tree.editor();
    if (editor.isEmpty()) {
      throw new Problem.Invalid(
          "The folder %s holds no %s.".formatted(tree.folder(), Editor.FILE),
          "Name the root of an editor's tree by editor.folder, or leave it out.");
    }
    return new Editors(Optional.of(tree), ready(editor.get()), progress, Optional.empty());
  }

  private static Editors made(EditorTree tree, EditorSupply supply, Consumer<String> progress) {
    tree.make();
    return new Editors(
        Optional.of(tree), new EditorView.Preparing(0, "looking"), progress, Optional.of(supply));
  }

  /** What a thorough check finds. */
  public sealed interface Found {
    /** There is none to check. */
    record None() implements Found {}

    record Whole(Path folder) implements Found {}

    record Damaged(Path folder, String what) implements Found {}
  }

  /** Reads every byte; a damaged tree is made anew by the next {@link #open}. */
  public static Found check(EditorChoice choice, Path cache) {
    var folder =
        switch (choice) {
          case EditorChoice.None _ -> Optional.<Path>empty();
          case EditorChoice.Folder(var given) -> Optional.of(given);
          case EditorChoice.Usual _ -> Optional.of(cache.resolve(Recipe.treeName()));
          case EditorChoice.Archive(var file) ->
              Optional.of(cache.resolve(ArchivedTree.name(file)));
        };
    var tree = folder.map(EditorTree::new).filter(one -> one.editor().isPresent());
    if (tree.isEmpty()) return new Found.None();
    var damage = tree.get().damageOfContent();
    if (damage.isEmpty()) return new Found.Whole(tree.get().folder());
    tree.get().giveUp();
    return new Found.Damaged(tree.get().folder(), damage.get());
  }

  /** The folder that instances are shown; empty where they get no editor. */
  public Optional<Path> folder() {
    return tree.map(EditorTree::folder);
  }

  /** How far it is. */
  public EditorView state() {
    return state;
  }

  private void run(EditorSupply supply) {
    var pause = FIRST_PAUSE;
    try {
      while (true) {
        try {
          ensure(tree.orElseThrow(), supply);
          return;
        } catch (Problem e) {
          progress.accept("The browser editor could not be made: " + e.words());
          state = failed(e);
          Thread.sleep(pause);
          pause =
              pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                  ? pause.multipliedBy(2)
                  : LONGEST_PAUSE;
        }
      }
    } catch (InterruptedException _) {
      return; // closed: the next start begins anew
    }
  }

  private void ensure(EditorTree whole, EditorSupply supply) throws InterruptedException {
    var there = sound(whole);
    if (there.isPresent()) {
      state = ready(there.get());
      return;
    }
    // Only who has the lock writes into the folder: what another makes there stays its own.
    state = new EditorView.Preparing(0, "waiting for another installation to make it");
    var cache = whole.cache();
    try (var _ = new FileLocks(cache::resolve).take(LOCK)) {
      var made = sound(whole);
      state = ready(made.isPresent() ? made.get() : makeOrTell(whole, supply, cache));
    } catch (IOException e) {
      throw whole.unusable(e);
    }
  }

  private Editor makeOrTell(EditorTree whole, EditorSupply supply, Path cache)
      throws InterruptedException {
    try {
      return make(whole, supply, cache);
    } catch (IOException e) {
      throw told(whole, whole.unusable(e));
    } catch (Problem e) {
      throw told(whole, e);
    }
  }

  /** Those who have the tree mounted read of it, too, where its disk still takes words. */
  private static Problem told(EditorTree whole, Problem problem) {
    try {
      whole.say(failed(problem));
    } catch (Problem unsaid) {
      problem.addSuppressed(unsaid);
    }
    return problem;
  }

  /** The editor of a tree that is whole and not damaged as far as sizes tell. */
  private Optional<Editor> sound(EditorTree whole) {
    var editor = whole.editor();
    var damage = editor.flatMap(_ -> whole.damage());
    damage.ifPresent(words ->
        progress.accept("The browser editor is damaged (%s), and is made anew.".formatted(words)));
    return damage.isPresent() ? Optional.empty() : editor;
  }

  private Editor make(EditorTree whole, EditorSupply supply, Path cache)
      throws IOException, InterruptedException {
    var began = System.nanoTime();
    removeDrafts(cache);
    whole.clear();
    var draft = Files.createTempDirectory(cache, ".draft-");
    try {
      var filled = Files.createDirectories(draft.resolve("tree"));
      var editor = supply.make(draft, filled, (percent, words) -> step(whole, percent, words));
      whole.fill(filled, editor);
      progress.accept(
          "%s %s is ready for the browser, after %d s."
              .formatted(
                  editor.name(),
                  editor.version(),
                  Duration.ofNanos(System.nanoTime() - began).toSeconds()));
      return editor;
    } finally {
      new FolderTree(draft).remove();
    }
  }

  /** What a killed one left; we have the lock, so nobody works in them. */
  private static void removeDrafts(Path cache) throws IOException {
    try (var drafts = Files.newDirectoryStream(cache, ".draft-*")) {
      for (var draft : drafts) new FolderTree(draft).remove();
    }
  }

  private void step(EditorTree whole, int percent, String words) {
    var now = new EditorView.Preparing(percent, words);
    whole.say(now);
    state = now; // who hears it here finds it there
    progress.accept("Making the browser editor: %s (%d %%).".formatted(words, percent));
  }

  private static EditorView failed(Problem problem) {
    return new EditorView.Failed(problem.what(), problem.remedy());
  }

  private static EditorView ready(Editor editor) {
    return new EditorView.Ready(editor.name(), editor.version());
  }

  @Override
  public void close() {
    worker.ifPresent(thread -> {
      thread.interrupt();
      try {
        thread.join(Duration.ofSeconds(5)); // it removes its draft; a slow disk may leave it
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    });
  }
}
