package dev.berth.snapshots.browse;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix.Attribute;
import dev.berth.snapshots.browse.Differences.Difference;
import dev.berth.snapshots.browse.Differences.What;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Limits;
import dev.berth.snapshots.tree.TreeCursor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Goes through two trees side by side. A folder whose bytes are the same in both is not opened, so
 * the work is that of what changed. For one thread, once.
 */
final class Comparison {
  /** Somebody waits: so many are gone through in seconds. */
  private static final long MOST_ENTRIES = 2_000_000;

  /** What overlayfs notes for itself, which says nothing to people. */
  private static final Name OVERLAY = Name.of("trusted.overlay.");

  private final SavedTree trees;
  private final int most;
  private final List<Difference> first = new ArrayList<>();
  private final Deque<Level> open = new ArrayDeque<>();
  private long more;
  private long added;
  private long changed;
  private long removed;
  private long seen;

  Comparison(SavedTree trees, int most) {
    this.trees = trees;
    this.most = most;
  }

  /** A folder that both have. */
  private record Level(Name name, Side before, Side now) {}

  /** One of the two, read name by name. */
  private static final class Side {
    private final Optional<TreeCursor> cursor;
    private Optional<Entry> ahead = Optional.empty();

    Side(Optional<TreeCursor> cursor) {
      this.cursor = cursor;
    }

    /** What {@link #take} gives; one that is gone counts only where it hides something. */
    Optional<Entry> next() throws IOException, InterruptedException {
      if (ahead.isEmpty() && cursor.isPresent()) ahead = cursor.get().next();
      return ahead;
    }

    Entry take() {
      var entry = ahead.orElseThrow();
      ahead = Optional.empty();
      return entry;
    }
  }

  private record Sum(long files, long bytes) {}

  Differences run(Optional<Entry.Folder> before, Entry.Folder now)
      throws IOException, InterruptedException {
    if (before.isEmpty() || !before.get().content().equals(now.content())) {
      open.add(
          new Level(
              now.name(),
              new Side(before.map(trees::entries)),
              new Side(Optional.of(trees.entries(now)))));
    }
    while (!open.isEmpty() && seen < MOST_ENTRIES) {
      if (Thread.interrupted()) throw new InterruptedException();
      if (!step(open.getLast())) open.removeLast();
    }
    return new Differences(
        first, more, new Differences.Counts(added, changed, removed), open.isEmpty());
  }

  /** The next name of a folder; false at its end. */
  private boolean step(Level here) throws IOException, InterruptedException {
    var old = here.before.next();
    var now = here.now.next();
    if (old.isEmpty() && now.isEmpty()) return false;
    seen++;
    int order = 0;
    if (old.isPresent() && now.isPresent()) {
      order = old.get().name().compareTo(now.get().name());
    } else {
      order = old.isPresent() ? -1 : 1;
    }
    if (order < 0) {
      gone(here.before.take());
    } else if (order > 0) {
      fresh(here.now.take());
    } else {
      both(here.before.take(), here.now.take());
    }
    return true;
  }

  /** Where a name is no more: what was deleted of the image is there again. */
  private void gone(Entry old) throws IOException, InterruptedException {
    if (old instanceof Entry.Whiteout) add(What.ADDED, old, new Sum(1, 0), true);
    else add(What.REMOVED, old, sum(old), false);
  }

  /** Where a name is new: that of a whiteout was deleted of the image. */
  private void fresh(Entry now) throws IOException, InterruptedException {
    if (now instanceof Entry.Whiteout) add(What.REMOVED, now, new Sum(1, 0), false);
    else add(What.ADDED, now, sum(now), true);
  }

  private void both(Entry old, Entry now) throws IOException, InterruptedException {
    if (old instanceof Entry.Folder a && now instanceof Entry.Folder b) {
      if (!sameTraits(a, b)) change(b, 0, 0);
      if (a.content().equals(b.content())) return;
      if (open.size() >= Limits.DEPTH) throw new Damaged("a tree has folders without an end");
      open.addLast(
          new Level(
              b.name(),
              new Side(Optional.of(trees.entries(a))),
              new Side(Optional.of(trees.entries(b)))));
    } else if (isFile(old) && isFile(now)) {
      if (!same(old, now)) change(now, bytes(old), bytes(now));
    } else if (!(old instanceof Entry.Whiteout && now instanceof Entry.Whiteout)) {
      // Another kind of thing: the one went, the other came.
      if (!(old instanceof Entry.Whiteout)) gone(old);
      if (!(now instanceof Entry.Whiteout)) fresh(now);
    }
  }

  private static boolean isFile(Entry entry) {
    return switch (entry) {
      case Entry.File _, Entry.Link _, Entry.Fifo _ -> true;
      case Entry.Folder _, Entry.Whiteout _ -> false;
    };
  }

  private static boolean same(Entry old, Entry now) {
    if (!sameTraits(old, now)) return false;
    return switch (now) {
      case Entry.File file ->
          old instanceof Entry.File before
              && before.sizeBytes() == file.sizeBytes()
              && before.runs().equals(file.runs())
              && before.content().equals(file.content());
      case Entry.Link(_, var target) ->
          old instanceof Entry.Link before && before.target().equals(target);
      case Entry.Fifo _ -> old instanceof Entry.Fifo;
      case Entry.Folder _, Entry.Whiteout _ -> true;
    };
  }

  private static boolean sameTraits(Entry old, Entry now) {
    var a = old.traits();
    var b = now.traits();
    return a.rights() == b.rights()
        && a.uid() == b.uid()
        && a.gid() == b.gid()
        && told(a.attributes()).equals(told(b.attributes()));
  }

  private static List<String> told(List<Attribute> attributes) {
    return attributes.stream()
        .filter(one -> !one.name().beginsWith(OVERLAY))
        .map(one -> one.name().escaped() + "=" + HexFormat.of().formatHex(one.value()))
        .sorted()
        .toList();
  }

  private void change(Entry now, long bytesBefore, long bytesNow) {
    changed++;
    add(new Difference(What.CHANGED, path(now), now, 1, bytesBefore, bytesNow));
  }

  private void add(What what, Entry entry, Sum sum, boolean isNow) {
    long files = Math.max(1, sum.files);
    if (what == What.ADDED) added += files;
    else removed += files;
    add(
        new Difference(
            what, path(entry), entry, sum.files, isNow ? 0 : sum.bytes, isNow ? sum.bytes : 0));
  }

  private void add(Difference difference) {
    if (first.size() < most) first.add(difference);
    else more++;
  }

  private List<Name> path(Entry entry) {
    var path = new ArrayList<Name>();
    for (var level : open) path.add(level.name);
    path.add(entry.name());
    return path.subList(1, path.size()); // the root has no name
  }

  private static long bytes(Entry entry) {
    return entry instanceof Entry.File file ? file.sizeBytes() : 0;
  }

  /** All that is in it. */
  private Sum sum(Entry entry) throws IOException, InterruptedException {
    if (!(entry instanceof Entry.Folder folder)) return new Sum(1, bytes(entry));
    long files = 0;
    long bytes = 0;
    Deque<TreeCursor> inside = new ArrayDeque<>();
    inside.add(trees.entries(folder));
    while (!inside.isEmpty() && seen < MOST_ENTRIES) {
      var next = inside.getLast().next();
      seen++;
      if (next.isEmpty()) {
        inside.removeLast();
      } else if (next.get() instanceof Entry.Folder deeper) {
        if (inside.size() >= Limits.DEPTH) throw new Damaged("a tree has folders without an end");
        inside.add(trees.entries(deeper));
      } else if (!(next.get() instanceof Entry.Whiteout)) {
        files++;
        bytes += bytes(next.get());
      }
    }
    return new Sum(files, bytes);
  }
}
