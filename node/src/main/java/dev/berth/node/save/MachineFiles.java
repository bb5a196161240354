package dev.berth.node.save;

import dev.berth.base.Problem;
import dev.berth.base.posix.Name;
import dev.berth.protocol.InsidePath;
import dev.berth.protocol.UserId;
import dev.berth.runtime.SavedFiles;
import dev.berth.snapshots.browse.Differences;
import dev.berth.snapshots.browse.SavedTree;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.format.Snapshot;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.restore.TarExport;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Shows snapshots of this machine's workspaces as they are seen inside: {@code files} is
 * /workspace, and {@code upper} lies at the root.
 */
final class MachineFiles implements SavedFiles {
  /** What a page of people shows; a script asks for the next. */
  private static final int ITEMS_MAX = 1000;

  private static final int CHANGES_MAX = 1000;

  private static final Name FILES = Name.of(MachineSaves.FILES);
  private static final Name UPPER = Name.of(MachineSaves.UPPER);
  private static final Name WORKSPACE = Name.of("workspace");

  /** Opens an owner's repository. */
  interface Repositories {
    Repository of(UserId owner) throws IOException, InterruptedException;
  }

  /** What is asked of an open repository. */
  private interface Question<T> {
    T ask(Repository repository, Snapshot snapshot) throws IOException, InterruptedException;
  }

  private final Repositories repositories;

  /**
   * Each holds the owner's whole catalog, and a download for as long as somebody takes for it; of
   * one owner so that he leaves room for others.
   */
  private static final int AT_ONCE = 8;

  private static final int OF_ONE_OWNER = 3;

  /** As long as a page is waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Semaphore places = new Semaphore(AT_ONCE, true);
  private final Map<UserId, Semaphore> ofOwners = new ConcurrentHashMap<>();

  MachineFiles(Repositories repositories) {
    this.repositories = repositories;
  }

  @Override
  public Item item(Moment moment, InsidePath path) throws InterruptedException {
    return asked(
        moment,
        (repository, snapshot) -> {
          var found = find(SavedTree.of(repository), snapshot, path);
          // What is called otherwise in the snapshot is called here as it was asked for.
          return item(found, path.names().isEmpty() ? Name.of("") : path.names().getLast());
        });
  }

  @Override
  public Page page(Moment moment, InsidePath folder, Optional<Name> after)
      throws InterruptedException {
    return asked(
        moment,
        (repository, snapshot) -> {
          var tree = SavedTree.of(repository);
          Predicate<Name> wanted = name -> after.isEmpty() || name.compareTo(after.get()) > 0;
          if (folder.names().isEmpty()) return root(tree, snapshot, wanted);
          var items = new ArrayList<Item>();
          boolean more = add(tree, folder(find(tree, snapshot, folder), folder), wanted, items);
          return new Page(items, more);
        });
  }

  /** The root of the inside: what lies at the root of {@code upper}, and /workspace. */
  private static Page root(SavedTree tree, Snapshot snapshot, Predicate<Name> wanted)
      throws IOException, InterruptedException {
    var items = new ArrayList<Item>();
    var upper = tree.find(snapshot.rootEntry(), List.of(UPPER));
    boolean more = false;
    if (upper.isPresent()) {
      more =
          add(
              tree,
              folder(upper.get(), InsidePath.ROOT),
              name -> wanted.test(name) && !name.equals(WORKSPACE),
              items);
    }
    var files = tree.find(snapshot.rootEntry(), List.of(FILES));
    boolean isNext =
        wanted.test(WORKSPACE) && (!more || items.getLast().name().compareTo(WORKSPACE) > 0);
    if (files.isPresent() && isNext) {
      int at = 0;
      while (at < items.size() && items.get(at).name().compareTo(WORKSPACE) < 0) at++;
      items.add(at, item(files.get(), WORKSPACE));
    }
    return new Page(items, more);
  }

  /** Adds a page of what is wanted; whether there is more. */
  private static boolean add(
      SavedTree tree, Entry.Folder folder, Predicate<Name> wanted, List<Item> items)
      throws IOException, InterruptedException {
    var cursor = tree.entries(folder);
    for (var next = cursor.next(); next.isPresent(); next = cursor.next()) {
      if (!wanted.test(next.get().name())) continue;
      if (items.size() == ITEMS_MAX) return true;
      items.add(item(next.get(), next.get().name()));
    }
    return false;
  }

  private static Item item(Entry entry, Name name) {
    var time = entry.traits().modified();
    return new Item(
        name,
        kind(entry),
        entry instanceof Entry.File file ? file.sizeBytes() : 0,
        Instant.ofEpochSecond(time.seconds(), time.nanos()),
        entry.traits().rights(),
        entry instanceof Entry.Link(_, var target) ? Optional.of(target) : Optional.empty());
  }

  private static Kind kind(Entry entry) {
    return switch (entry) {
      case Entry.File _ -> Kind.FILE;
      case Entry.Folder _ -> Kind.FOLDER;
      case Entry.Link _ -> Kind.LINK;
      case Entry.Fifo _ -> Kind.PIPE;
      case Entry.Whiteout _ -> Kind.DELETED;
    };
  }

  @Override
  public void file(Moment moment, InsidePath file, OutputStream out)
      throws IOException, InterruptedException {
    try (var _ = place(moment.owner())) {
      var repository = repositories.of(moment.owner());
      var tree = SavedTree.of(repository);
      if (!(find(tree, snapshot(repository, moment), file) instanceof Entry.File found)) {
        throw new Problem.Invalid(
            "%s is no file.".formatted(file), "A folder can be had as an archive.");
      }
      tree.copy(found, out);
    }
  }

  @Override
  public void tar(Moment moment, InsidePath folder, OutputStream out)
      throws IOException, InterruptedException {
    try (var _ = place(moment.owner())) {
      var repository = repositories.of(moment.owner());
      var found = find(SavedTree.of(repository), snapshot(repository, moment), folder);
      TarExport.write(repository, folder(found, folder), out);
    }
  }

  @Override
  public Comparison compare(Optional<String> before, Moment now) throws InterruptedException {
    return asked(
        now,
        (repository, snapshot) -> {
          Optional<Snapshot> old =
              before.isEmpty()
                  ? Optional.empty()
                  : Optional.of(
                      snapshot(repository, new Moment(now.workspace(), now.owner(), before.get())));
          return told(SavedTree.of(repository).compare(old, snapshot, CHANGES_MAX));
        });
  }

  private static Comparison told(Differences differences) {
    return new Comparison(
        differences.first().stream()
            .map(one ->
                new Change(
                    what(one.what()),
                    inside(one.path()),
                    kind(one.entry()),
                    one.files(),
                    one.bytesBefore(),
                    one.bytesNow()))
            .toList(),
        differences.more(),
        counts(differences.counts()),
        differences.all());
  }

  static Counts counts(Differences.Counts counts) {
    return new Counts(counts.added(), counts.changed(), counts.removed());
  }

  private static What what(Differences.What what) {
    return switch (what) {
      case ADDED -> What.ADDED;
      case CHANGED -> What.CHANGED;
      case REMOVED -> What.REMOVED;
    };
  }

  // ---- where things are

  /** Where a path of the inside is in a snapshot. */
  private static List<Name> saved(InsidePath path) {
    var names = path.names();
    if (names.isEmpty()) return names;
    boolean isWorkspace = names.getFirst().equals(WORKSPACE);
    var saved = new ArrayList<Name>();
    saved.add(isWorkspace ? FILES : UPPER);
    saved.addAll(isWorkspace ? names.subList(1, names.size()) : names);
    return saved;
  }

  /** The same the other way round. */
  private static InsidePath inside(List<Name> saved) {
    if (saved.isEmpty()) return InsidePath.ROOT;
    var rest = saved.subList(1, saved.size());
    if (!saved.getFirst().equals(FILES)) return new InsidePath(rest);
    var names = new ArrayList<Name>();
    names.add(WORKSPACE);
    names.addAll(rest);
    return new InsidePath(names);
  }

  private static Entry find(SavedTree tree, Snapshot snapshot, InsidePath path)
      throws IOException, InterruptedException {
    return tree.find(snapshot.rootEntry(), saved(path))
        .orElseThrow(() ->
            new Problem.Missing(
                "The saved moment has no %s.".formatted(path),
                "Of the image's own files it has those that the workspace changed; look at its"
                    + " folders."));
  }

  private static Entry.Folder folder(Entry entry, InsidePath path) {
    if (entry instanceof Entry.Folder folder) return folder;
    throw new Problem.Invalid("%s is no folder.".formatted(path), "Name a folder.");
  }

  private static Snapshot snapshot(Repository repository, Moment moment)
      throws IOException, InterruptedException {
    return repository.find(moment.workspace().value(), new SaveId(moment.point()));
  }

  private interface Place extends AutoCloseable {
    @Override
    void close();
  }

  private Place place(UserId owner) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    var own = ofOwners.computeIfAbsent(owner, _ -> new Semaphore(OF_ONE_OWNER, true));
    take(own, until);
    try {
      take(places, until);
    } catch (Problem | InterruptedException e) {
      own.release();
      throw e;
    }
    return () -> {
      places.release();
      own.release();
    };
  }

  private static void take(Semaphore places, long until) throws InterruptedException {
    if (places.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS)) return;
    throw new Problem.Unavailable(
        "Too much is read out of saved moments at once.",
        "Try again when a download or a comparison has ended.");
  }

  private <T> T asked(Moment moment, Question<T> question) throws InterruptedException {
    try (var _ = place(moment.owner())) {
      var repository = repositories.of(moment.owner());
      return question.ask(repository, snapshot(repository, moment));
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The saved moment cannot be read: %s.".formatted(e.getMessage()),
          "Look what is damaged with `berth check`; other moments may be whole.",
          e);
    }
  }
}
