package dev.berth.supervisor.definition;

import dev.berth.base.Problem;
import dev.berth.base.file.FolderTree;
import dev.berth.protocol.Severity;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.BootPlan.DefinitionFile;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Looks at the definition's file again and again, and has it read where it has changed. */
public final class DefinitionWatch {
  /** A stat of one file. Whoever saves the file looks at the list of ports no sooner. */
  private static final Duration LOOKS = Duration.ofSeconds(1);

  /** What is compared; the parsers take no more of a definition either, and tell of it. */
  private static final int BYTES_MAX = 1 << 20;

  /**
   * How often one state of the file is tried, a second apart: what fails so often is not a machine
   * without time, but a command that can read nothing.
   */
  private static final int TRIES_MAX = 10;

  private static final System.Logger LOG = System.getLogger(DefinitionWatch.class.getName());

  private final Optional<DefinitionFile> file;
  private final List<PortPlan> planned;
  private final FolderTree repository;
  private final Reader reader;
  private final Runnable changed;
  private volatile LiveDefinition now;
  private Optional<Stamp> seen = Optional.empty();
  private Optional<Stamp> read = Optional.empty();
  private int tries;

  /** What tells of a change without the bytes. */
  private record Stamp(FileTime changedAt, long size, String id) {
    /** Where there is no plain file. */
    static final Stamp NONE = new Stamp(FileTime.fromMillis(0), -1, "");
  }

  private DefinitionWatch(
      Optional<DefinitionFile> file,
      List<PortPlan> planned,
      Path repository,
      Reader reader,
      Runnable changed) {
    this.file = file;
    this.planned = planned;
    this.repository = new FolderTree(repository);
    this.reader = reader;
    this.changed = changed;
    this.now = file.isPresent() ? new LiveDefinition.NotRead() : new LiveDefinition.AsOpened();
  }

  /**
   * Of the file that {@code plan} names.
   *
   * @param gp the command inside
   * @param changed called when something else is said than before
   */
  public static DefinitionWatch of(
      BootPlan plan, WorkspaceUser user, Processes processes, Path gp, Runnable changed) {
    return new DefinitionWatch(
        plan.definition(),
        plan.ports(),
        user.repository(),
        new Reader(gp, user, processes),
        changed);
  }

  /** What came of the last look. */
  public LiveDefinition now() {
    return now;
  }

  /** What holds of ports, but for who gets in. */
  public List<PortPlan> ports() {
    return now.held() instanceof LiveDefinition.Changed(_, var ports, _) ? ports : planned;
  }

  /** Looks until it is interrupted; to be called when the repository's files are there. */
  public void run() {
    if (file.isEmpty()) return;
    try {
      while (true) {
        look(file.get());
        Thread.sleep(LOOKS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the instance is ending
    }
  }

  /** A file that is just being written is read when two looks see the same; the first at once. */
  private void look(DefinitionFile at) throws InterruptedException {
    var stamp = stamp(repository.root().resolve(at.path()));
    boolean settled = seen.isEmpty() || seen.get().equals(stamp);
    seen = Optional.of(stamp);
    if (!settled) tries = 0;
    if (!settled || read.equals(seen)) return;
    try {
      say(read(at));
      read = seen;
    } catch (Problem e) {
      // Gone since, not to be read, or the machine had no time: what it closes must count yet.
      tries++;
      LOG.log(System.Logger.Level.INFO, "try {0}: {1}", tries, e.words());
      if (tries < TRIES_MAX) return;
      read = seen;
      var found = new LiveDefinition.Found(Severity.ERROR, 1, 1, e.what(), e.remedy());
      say(new LiveDefinition.Unreadable(at.path(), now.held(), List.of(found)));
    }
  }

  private void say(LiveDefinition next) {
    var before = now;
    now = next;
    if (!next.equals(before)) changed.run();
  }

  private static Stamp stamp(Path path) {
    try {
      var attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) return Stamp.NONE;
      return new Stamp(
          attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
    } catch (IOException _) {
      return Stamp.NONE;
    }
  }

  /** One that is gone leaves what the workspace was opened with. */
  private LiveDefinition read(DefinitionFile at) throws InterruptedException {
    var bytes = repository.read(at.path(), BYTES_MAX);
    if (bytes.isEmpty()) return new LiveDefinition.AsOpened();
    var digest = DefinitionFile.digest(bytes.get());
    if (at.digest().equals(Optional.of(digest))) return new LiveDefinition.AsOpened();
    return reader.read(at.path(), now.held());
  }
}
