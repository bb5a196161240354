package dev.berth.supervisor.definition;

import dev.berth.base.Problem;
import dev.berth.base.file.FolderTree;
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
  private volatile Optional<LiveDefinition> now = Optional.empty();
  private Stamp seen = Stamp.NONE;
  private Stamp read = Stamp.NONE;
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

  /** What the file says now, where that is not what the workspace was opened with. */
  public Optional<LiveDefinition> now() {
    return now;
  }

  /** What holds of ports. */
  public List<PortPlan> ports() {
    return now.flatMap(LiveDefinition::ports).orElse(planned);
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

  /** A file that is just being written is read when two looks see the same. */
  private void look(DefinitionFile at) throws InterruptedException {
    var stamp = stamp(repository.root().resolve(at.path()));
    boolean settled = stamp.equals(seen);
    seen = stamp;
    if (!settled) tries = 0;
    if (!settled || stamp.equals(read)) return;
    try {
      var before = now;
      now = read(at);
      read = stamp;
      if (!now.equals(before)) changed.run();
    } catch (Problem e) {
      // Gone since, not to be read, or the machine had no time: what it closes must count yet.
      tries++;
      if (tries >= TRIES_MAX) read = stamp;
      LOG.log(System.Logger.Level.INFO, "try {0}: {1}", tries, e.words());
    }
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

  /** Empty where it is as it was, or gone: then what the workspace was opened with holds. */
  private Optional<LiveDefinition> read(DefinitionFile at) throws InterruptedException {
    var bytes = repository.read(at.path(), BYTES_MAX);
    if (bytes.isEmpty()) return Optional.empty();
    var digest = DefinitionFile.digest(bytes.get());
    if (at.digest().equals(Optional.of(digest))) return Optional.empty();
    var said = reader.read(at.path());
    if (!said.broken()) return Optional.of(said);
    var before = now.flatMap(LiveDefinition::ports);
    return Optional.of(new LiveDefinition(said.file(), true, before, said.findings()));
  }
}
