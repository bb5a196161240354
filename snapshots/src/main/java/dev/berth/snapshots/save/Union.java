package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.posix.PosixException;
import dev.berth.base.posix.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What names are in folders that lie one over the other, as overlayfs sees them ({@code ovl_lookup}
 * of Linux): redirected folders too, which were renamed without being copied. For one thread.
 */
final class Union {
  private static final String OVERLAY = "trusted.overlay.";
  private static final Name OWN_ATTRIBUTES = Name.of(OVERLAY);
  private static final Name OPAQUE = Name.of(OVERLAY + "opaque");
  private static final Name REDIRECT = Name.of(OVERLAY + "redirect");
  private static final Name ORIGIN = Name.of(OVERLAY + "origin");

  /**
   * Says to overlayfs that a folder which lies over none may nevertheless have whiteouts; else it
   * shows their names.
   */
  private static final Posix.Attribute MAY_HAVE_WHITEOUTS =
      new Posix.Attribute(ORIGIN, new byte[0]);

  private static final Posix.Attribute IS_OPAQUE = new Posix.Attribute(OPAQUE, new byte[] {'y'});

  /** A folder of one layer, open; 0 is the uppermost layer. */
  record Part(int layer, int fd) {}

  /** What a name is. */
  sealed interface Found {
    record Nothing() implements Found {}

    /**
     * What is no folder; a whiteout only where it stays.
     *
     * @param at the open folder that has it
     */
    record Leaf(int at, Status status) implements Found {}

    /**
     * A folder, its parts open: whoever asked closes them.
     *
     * @param opaque whether it hides what lies beneath all layers
     */
    record Folder(List<Part> parts, boolean opaque) implements Found {}
  }

  private final Posix posix;
  private final List<Part> roots;
  private final boolean overMore;

  /**
   * @param roots where redirects begin, the uppermost first
   * @param overMore whether more lies beneath all of them
   */
  Union(Posix posix, List<Part> roots, boolean overMore) {
    this.posix = posix;
    this.roots = List.copyOf(roots);
    this.overMore = overMore;
  }

  /** One layer alone is shown as it is. */
  boolean isOne() {
    return roots.size() == 1;
  }

  /** The names of a folder that are {@code taken}, as many as {@code room} bytes of memory hold. */
  NameList names(List<Part> parts, long room, Predicate<Name> taken) throws IOException {
    var names = new NameList(room);
    for (var part : parts) {
      posix.names(
          part.fd,
          name -> {
            if (taken.test(name)) names.add(name);
          });
    }
    names.order();
    return names;
  }

  /** What is to be kept of a file's attributes. */
  List<Posix.Attribute> kept(List<Posix.Attribute> raw) {
    if (isOne()) return raw;
    return raw.stream().filter(one -> !one.name().beginsWith(OWN_ATTRIBUTES)).toList();
  }

  /** The same of a folder's, whose uppermost part has {@code raw}. */
  List<Posix.Attribute> kept(List<Posix.Attribute> raw, Found.Folder folder) {
    if (isOne()) return raw;
    var kept = new ArrayList<>(kept(raw));
    if (overMore) {
      if (folder.opaque) kept.add(IS_OPAQUE);
      kept.add(MAY_HAVE_WHITEOUTS);
    }
    kept.sort(Comparator.comparing(Posix.Attribute::name));
    return List.copyOf(kept);
  }

  /** What {@code name} is in a folder of these parts. */
  Found find(List<Part> parts, Name name) throws IOException {
    if (!isOne()) return new Search(parts, name).run();
    int at = parts.getFirst().fd;
    var status = posix.status(at, name);
    if (!status.isFolder()) return new Found.Leaf(at, status);
    var part = new Part(parts.getFirst().layer, posix.openFolder(at, name));
    return new Found.Folder(List.of(part), false);
  }

  /** One name, layer by layer. */
  private final class Search {
    private final ArrayList<Part> found = new ArrayList<>();
    private List<Part> stack;
    private List<Name> way;
    private boolean fromRoot;
    private boolean onRoots;
    private boolean stopped;
    private Optional<Found.Leaf> leaf = Optional.empty();

    Search(List<Part> parts, Name name) {
      this.stack = parts;
      this.way = List.of(name);
    }

    Found run() throws IOException {
      try {
        for (int i = 0; i < stack.size() && !stopped; i++) {
          var part = stack.get(i);
          look(part);
          if (fromRoot && !onRoots) {
            onRoots = true;
            stack = roots;
            i = -1;
            while (i + 1 < roots.size() && roots.get(i + 1).layer <= part.layer) i++;
          }
        }
      } catch (IOException | RuntimeException | Error e) {
        for (var part : found) posix.close(part.fd);
        throw e;
      }
      if (!found.isEmpty()) return new Found.Folder(List.copyOf(found), stopped);
      return leaf.<Found>map(one -> one).orElseGet(Found.Nothing::new);
    }

    /** Goes the way in one layer. */
    private void look(Part from) throws IOException {
      int at = from.fd;
      var here = way; // what a folder on it says changes the way in the layers below only
      try {
        for (int step = 0; step < here.size(); step++) {
          boolean last = step == here.size() - 1;
          int next = step(from, at, here, step);
          int left = at;
          at = next < 0 || last ? from.fd : next;
          if (left != from.fd) posix.close(left);
          if (next < 0) return;
          if (marks(next, here.size() - step - 1)) stopped = true;
        }
      } catch (IOException | RuntimeException | Error e) {
        if (at != from.fd) posix.close(at);
        throw e;
      }
    }

    /** The folder that is one step further, which is found where that is the last; -1 for none. */
    private int step(Part from, int at, List<Name> here, int step) throws IOException {
      boolean last = step == here.size() - 1;
      var status = status(at, here.get(step));
      if (status.isEmpty()) return -1;
      if (status.get().isFolder()) {
        int next = open(at, here.get(step));
        if (next >= 0 && last) found.add(new Part(from.layer, next));
        return next;
      }
      stopped = true;
      if (last && found.isEmpty() && (overMore || !status.get().isWhiteout())) {
        leaf = Optional.of(new Found.Leaf(at, status.get()));
      }
      return -1;
    }

    private Optional<Status> status(int at, Name name) throws IOException {
      try {
        return Optional.of(posix.status(at, name));
      } catch (PosixException e) {
        if (e.errno() == PosixException.ENOENT) return Optional.empty();
        throw e;
      }
    }

    private int open(int at, Name name) throws IOException {
      try {
        return posix.openFolder(at, name);
      } catch (PosixException e) {
        // The uppermost layer is used while we look: gone, or another thing by now.
        if (e.errno() == PosixException.ENOENT
            || e.errno() == PosixException.ENOTDIR
            || e.errno() == PosixException.ELOOP) {
          return -1;
        }
        throw e;
      }
    }

    /**
     * Whether the folder hides what is beneath; where it came from is the way from here on.
     *
     * @param left names that follow on the way
     */
    private boolean marks(int folder, int left) throws IOException {
      for (var attribute : posix.attributes(folder)) {
        if (attribute.name().equals(OPAQUE)) return true;
        if (attribute.name().equals(REDIRECT)) redirect(attribute.value(), left);
      }
      return false;
    }

    private void redirect(byte[] value, int left) {
      int folder = way.size() - left - 1;
      var next = new ArrayList<Name>();
      boolean absolute = value.length > 0 && value[0] == '/';
      if (absolute) fromRoot = true;
      else next.addAll(way.subList(0, folder));
      for (int from = 0, i = 0; i <= value.length; i++) {
        if (i < value.length && value[i] != '/') continue;
        var name = Name.of(value, from, i);
        if (name.isOneStep()) next.add(name);
        from = i + 1;
      }
      next.addAll(way.subList(folder + 1, way.size()));
      way = next;
    }
  }
}
