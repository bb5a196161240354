package dev.berth.supervisor.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.base.Problem;
import dev.berth.protocol.Notice;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.GitAuthor;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.process.Processes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The workspace's files, and how far they are. Any thread may ask; one prepares. */
public final class Content {
  private static final System.Logger LOG = System.getLogger(Content.class.getName());

  /** Where in the workspace Berth keeps what is its own (gitpod-classic 12.5). */
  public static final String OWN_FOLDER = ".gitpod";

  /**
   * The file that says that the files are whole; written last, so a clone cut short is made anew.
   */
  private static final String MARKER = "ready";

  /** The marker is some words long; one that is not is not ours. */
  private static final int MARKER_BYTES_MAX = 4096;

  /** What the marker of a prebuild says of where the files came from. */
  private static final String PREBUILD = "prebuild";

  /**
   * The same while a clone on it is moved to another commit: if that is cut off, the clone may be
   * at the wanted commit at the next start, but what {@code init} made is of the old one.
   */
  private static final String MOVING = "prebuild-moving";

  private static final String TRANSPORTS = "http:https:ssh:git";

  private final ContentPlan plan;
  private final GitAuthor author;
  private final boolean headless;
  private final Path workspace;
  private final WorkspaceUser user;
  private final WorkspaceUser cloning;
  private final Processes processes;
  private final Runnable changed;
  private final List<Notice> notices = new ArrayList<>();
  private ContentState state = new ContentState.Preparing();
  private Beginning beginning = Beginning.FRESH;
  private StartStep step = new StartStep("content", Instant.now(), Optional.empty(), "");

  /**
   * @param headless whether others will begin with what this instance leaves
   * @param cloning the same user with the variables that a clone gets
   */
  public Content(
      ContentPlan plan,
      GitAuthor author,
      boolean headless,
      Path workspace,
      WorkspaceUser user,
      WorkspaceUser cloning,
      Processes processes,
      Runnable changed) {
    this.plan = plan;
    this.author = author;
    this.headless = headless;
    this.workspace = workspace;
    this.user = user;
    this.cloning = cloning;
    this.processes = processes;
    this.changed = changed;
  }

  public synchronized ContentState state() {
    return state;
  }

  /** Its part of the start. */
  public synchronized StartStep step() {
    return step;
  }

  public synchronized List<Notice> notices() {
    return List.copyOf(notices);
  }

  /** Waits until the files are there or cannot be made, at most {@code patience}. */
  public synchronized void await(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (state instanceof ContentState.Preparing) {
      long leftMillis = (until - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) return;
      wait(leftMillis);
    }
  }

  /** Makes the files, where they are not there; the state tells how it went. */
  public void prepare() throws InterruptedException {
    try {
      configureUser();
      var found = begin();
      mark(
          switch (found) {
            case FRESH -> "from-other";
            case PREBUILT -> "from-prebuild";
            case RESTART -> "from-backup";
            case HEADLESS -> PREBUILD;
          });
      synchronized (this) {
        beginning = found;
      }
      settle(new ContentState.Ready(found == Beginning.RESTART));
    } catch (Problem e) {
      LOG.log(System.Logger.Level.WARNING, e.words());
      settle(new ContentState.Failed(e.what(), e.remedy()));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the content cannot be made", e);
      settle(
          new ContentState.Failed(
              "The folder %s cannot be written: %s.".formatted(workspace, e.getMessage()),
              "Free space on the machine, then start the workspace again."));
    }
  }

  /** Makes what is missing. */
  private Beginning begin() throws IOException, InterruptedException {
    boolean filled = Files.isRegularFile(marker(), LinkOption.NOFOLLOW_LINKS);
    if (!filled) fill();
    if (headless) return Beginning.HEADLESS;
    if (!filled) return Beginning.FRESH;
    boolean cutOff = isMarked(MOVING);
    if (!cutOff && !isMarked(PREBUILD)) return Beginning.RESTART;
    boolean moved = moveAll();
    return moved || cutOff ? Beginning.FRESH : Beginning.PREBUILT;
  }

  private boolean isMarked(String source) throws IOException {
    try (var stream = Files.newInputStream(marker(), LinkOption.NOFOLLOW_LINKS)) {
      var text = new String(stream.readNBytes(MARKER_BYTES_MAX), UTF_8);
      return text.contains("\"" + source + "\"");
    }
  }

  /** What the tasks are to run; once the files are there. */
  public synchronized Beginning beginning() {
    return beginning;
  }

  private synchronized void settle(ContentState settled) {
    state = settled;
    step = new StartStep(step.name(), step.began(), Optional.of(Instant.now()), step.detail());
    notifyAll();
    changed.run();
  }

  private synchronized void detail(String detail) {
    if (detail.equals(step.detail())) return;
    step = new StartStep(step.name(), step.began(), step.ended(), detail);
    changed.run();
  }

  private synchronized void notice(Notice notice) {
    if (!notices.contains(notice)) notices.add(notice); // the same may hold for each repository
  }

  private Path marker() {
    return workspace.resolve(OWN_FOLDER).resolve(MARKER);
  }

  /** The user's git, wherever they use it in this instance. */
  private void configureUser() throws InterruptedException {
    var git = new Git(processes, user, Path.of("/"), TRANSPORTS, 0);
    try {
      var _ = git.run("config", "--global", "--replace-all", "safe.directory", "*", "^[*]$");
      if (!author.name().isBlank()) {
        var _ = git.run("config", "--global", "user.name", author.name());
      }
      if (!author.email().isBlank()) {
        var _ = git.run("config", "--global", "user.email", author.email());
      }
    } catch (Problem.Missing e) {
      LOG.log(System.Logger.Level.DEBUG, e.words()); // matters only where something is to be cloned
    }
  }

  private void fill() throws IOException, InterruptedException {
    fill(plan, user.repository());
    for (var beside : plan.beside()) {
      try {
        fill(beside, folder(beside));
      } catch (Problem e) {
        notice(notHere(beside, e.words()));
      } catch (IOException e) {
        var why = "The folder %s cannot be made: %s.".formatted(folder(beside), e.getMessage());
        notice(notHere(beside, why + " Correct checkoutLocation in .gitpod.yml."));
      }
    }
  }

  /**
   * Lets the clones that a prebuild left be at what is wanted; whether one is at another commit
   * now.
   */
  private boolean moveAll() throws IOException, InterruptedException {
    boolean moved = move(plan, user.repository());
    for (var beside : plan.beside()) {
      try {
        moved |= move(beside, folder(beside));
      } catch (Problem e) {
        notice(notHere(beside, e.words()));
      }
    }
    return moved;
  }

  private boolean move(ContentPlan one, Path folder) throws IOException, InterruptedException {
    if (!Files.exists(folder.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
      mark(MOVING);
      fill(one, folder);
      return true;
    }
    var local = one.cloneUrl().startsWith("file:");
    if (local) openWayTo(Path.of(one.cloneUrl().replaceFirst("^file:/*", "/")));
    var git = git(folder, local ? TRANSPORTS + ":file" : TRANSPORTS, 0);
    return new Clone(git, one, folder, this::detail, this::notice).move(() -> mark(MOVING));
  }

  private static Notice notHere(ContentPlan beside, String why) {
    return Notice.error("%s is not here, beside the first. %s".formatted(beside.cloneUrl(), why));
  }

  private Path folder(ContentPlan beside) {
    return workspace.resolve(beside.location()).normalize();
  }

  private void fill(ContentPlan one, Path folder) throws IOException, InterruptedException {
    makeFolders(one, folder);
    if (isOfTheUser(folder)) {
      notice(
          Notice.information(
              "The folder %s was there already and is left as it is.".formatted(folder)));
      return;
    }
    remove(folder);
    makeFolders(one, folder);
    // A submodule of a repository from elsewhere has no business with files of this machine.
    var local = one.cloneUrl().startsWith("file:");
    var transports = local ? TRANSPORTS + ":file" : TRANSPORTS;
    if (local) openWayTo(Path.of(one.cloneUrl().replaceFirst("^file:/*", "/")));
    var git = git(folder, transports, 0);
    try {
      new Clone(git, one, folder, this::detail, this::notice).run();
    } catch (Problem e) {
      remove(folder); // gives its space back, and the next start begins afresh
      throw e;
    }
  }

  /**
   * Lets the user through the folders above one of the machine's that is shown here: the image's
   * own may be closed to him, as /root is. A link among them is not followed.
   */
  private static void openWayTo(Path shown) {
    var way = Path.of("/");
    for (var name : shown) {
      way = way.resolve(name);
      if (way.equals(shown) || !Files.isDirectory(way, LinkOption.NOFOLLOW_LINKS)) return;
      try {
        var mode = EnumSet.copyOf(Files.getPosixFilePermissions(way));
        if (mode.add(PosixFilePermission.OTHERS_EXECUTE)) Files.setPosixFilePermissions(way, mode);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.INFO, "the way through " + way + " stays closed", e);
      }
    }
  }

  private Git git(Path folder, String transports, int nice) {
    return new Git(processes, cloning, folder, transports, nice);
  }

  /**
   * Makes the folders from the workspace down to {@code folder}, the user's each. A link among them
   * is refused: it may lead out of the workspace.
   */
  private void makeFolders(ContentPlan one, Path folder) throws IOException {
    if (!folder.startsWith(workspace) || folder.equals(workspace)) {
      throw new Problem.Invalid(
          "The clone's place %s does not lie inside the workspace.".formatted(one.location()),
          "Correct checkoutLocation in .gitpod.yml.");
    }
    Files.createDirectories(workspace);
    user.identity().own(workspace);
    var at = workspace;
    for (var name : workspace.relativize(folder)) {
      at = at.resolve(name);
      if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
          throw new Problem.Conflict(
              "Cannot clone to %s: %s is no folder.".formatted(folder, at),
              "Move it away, or change checkoutLocation in .gitpod.yml.");
        }
      } else {
        Files.createDirectory(at);
        user.identity().own(at);
      }
    }
  }

  /** Whether there is something in it that is not the remains of a clone of ours. */
  private boolean isOfTheUser(Path folder) throws IOException, InterruptedException {
    try (var inside = Files.newDirectoryStream(folder)) {
      if (!inside.iterator().hasNext()) return false;
    }
    if (!Files.exists(folder.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) return true;
    return git(folder, TRANSPORTS, 0).ask("config", "--local", Clone.UNFINISHED).isEmpty();
  }

  /** As the user, so that a link swapped in meanwhile leads to nothing that is not theirs. */
  private void remove(Path folder) throws IOException, InterruptedException {
    try {
      Files.deleteIfExists(folder);
      return;
    } catch (DirectoryNotEmptyException _) {
      // Then all that is in it.
    }
    var launch = user.launch(List.of("rm", "-rf", "--", folder.toString()), workspace, Map.of());
    try (var removal = processes.startPiped(launch)) {
      removal.child().await();
    }
  }

  private void mark(String source) throws IOException {
    var own = workspace.resolve(OWN_FOLDER);
    if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(own); // a link or a file, which would lead astray
      Files.createDirectories(own);
    }
    var next = own.resolve(MARKER + ".next");
    Files.deleteIfExists(next);
    Files.write(
        next,
        JsonText.write(Map.of("source", source)).getBytes(UTF_8),
        StandardOpenOption.CREATE_NEW);
    try (var file = FileChannel.open(next, StandardOpenOption.WRITE)) {
      file.force(true);
    }
    Files.move(next, marker(), StandardCopyOption.ATOMIC_MOVE);
    try (var folder = FileChannel.open(own, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** Fetches the history that a quick clone left out; behind everything else. */
  public void complete() throws InterruptedException {
    if (!(state() instanceof ContentState.Ready)) return;
    complete(plan, user.repository());
    for (var beside : plan.beside()) complete(beside, folder(beside));
  }

  private void complete(ContentPlan one, Path folder) throws InterruptedException {
    if (!Files.isRegularFile(folder.resolve(".git/shallow"))) return;
    try {
      removeHalfPacks(folder); // of an instance that was stopped while it fetched
      new History(git(folder, TRANSPORTS, 15), one).fetch();
    } catch (Problem e) {
      LOG.log(
          System.Logger.Level.INFO, e.words() + " The full history is fetched at the next start.");
      removeHalfPacks(folder);
    }
  }

  private void removeHalfPacks(Path folder) throws InterruptedException {
    try {
      for (var half : HalfPacks.in(folder.toRealPath())) remove(half);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the remains of a fetch cannot be removed", e);
    }
  }
}
