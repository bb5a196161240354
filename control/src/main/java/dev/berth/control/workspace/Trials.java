package dev.berth.control.workspace;

import dev.berth.base.Problem;
import dev.berth.control.source.Sources;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.WorkspaceView;
import dev.berth.protocol.inside.Errand.LookAtTrial;
import dev.berth.protocol.inside.Errand.StartTrial;
import dev.berth.protocol.inside.Errand.TrialPiece;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.TrialView;
import dev.berth.protocol.inside.TrialView.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trials that instances ask for of their working copies. What is sent becomes a repository, and
 * that is opened as any other is, as {@code debug-<id>}, at most one for each workspace. It lasts
 * while somebody looks at it. Any thread may call; a thread of its own ends what nobody looks at.
 */
public final class Trials implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Trials.class);

  /** Who asked looks once a second, but may wait for a slow answer. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(1);

  private static final Duration SWEEP = Duration.ofSeconds(10);

  /** Stopping an instance of before takes its grace of 30 s at most. */
  private static final Duration REMOVED_WITHIN = Duration.ofSeconds(90);

  private static final Duration LOOKS = Duration.ofMillis(200);

  /** An answer to an errand has 64 KiB, and a character may need six bytes there. */
  private static final int LOG_CHARACTERS = 6_000;

  private static final int LINES = 50;

  /** What begins the name of a folder that belongs to one of these. */
  private static final String FOLDER = "inside-";

  private final Workspaces workspaces;
  private final Views views;
  private final LastSeen lastSeen;
  private final Logs logs;
  private final Sources sources;
  private final Duration forgotten;
  private final Map<WorkspaceId, Trial> trials = new HashMap<>();
  private final long began = System.nanoTime();
  private final Thread sweeper = Thread.ofVirtual().name("trials").unstarted(this::sweep);

  private static final class Trial {
    private final String ticket;
    private final Path folder;
    private final CompletableFuture<WorkspaceId> opened = new CompletableFuture<>();

    /** Who opens it, from then on. */
    private Optional<Thread> opening = Optional.empty();

    /** Whether what was sent is a repository by now; before, it is not worth going on. */
    private boolean isRepository;

    private long askedNanos = System.nanoTime();

    private Trial(String ticket, Path folder) {
      this.ticket = ticket;
      this.folder = folder;
    }

    private Path pack() {
      return folder.resolve("pack");
    }
  }

  private boolean isForgotten(Trial trial) {
    return System.nanoTime() - trial.askedNanos > forgotten.toNanos();
  }

  private Trials(
      Workspaces workspaces,
      Views views,
      LastSeen lastSeen,
      Logs logs,
      Sources sources,
      Duration forgotten) {
    this.workspaces = workspaces;
    this.views = views;
    this.lastSeen = lastSeen;
    this.logs = logs;
    this.sources = sources;
    this.forgotten = forgotten;
  }

  /** Clears what a killed server left, and begins to watch. */
  public static Trials open(
      Workspaces workspaces, Views views, LastSeen lastSeen, Logs logs, Sources sources) {
    return open(workspaces, views, lastSeen, logs, sources, FORGOTTEN);
  }

  /**
   * The same with another patience.
   *
   * @param forgotten how long nobody looks at a trial that is ended
   */
  static Trials open(
      Workspaces workspaces,
      Views views,
      LastSeen lastSeen,
      Logs logs,
      Sources sources,
      Duration forgotten) {
    var trials = new Trials(workspaces, views, lastSeen, logs, sources, forgotten);
    sources.trials().filter(Files::isDirectory).ifPresent(trials::clear);
    trials.sweeper.start();
    return trials;
  }

  private void clear(Path folder) {
    try (var left = Files.newDirectoryStream(folder, FOLDER + "*")) {
      left.forEach(sources::discard);
    } catch (IOException e) {
      LOG.warn("old trials in {} are left: {}", folder, e.toString());
    }
  }

  // ---- what instances ask

  /** Takes a piece of a working copy. */
  public synchronized void take(Workspace of, TrialPiece piece) {
    if (of.id().isTrial()) {
      throw new Problem.Invalid("This is a trial already.", "Ask in the workspace itself.");
    }
    long end = piece.at() + piece.bytes().length;
    if (piece.at() < 0 || end > TrialPiece.MOST_TOGETHER || end < piece.at()) {
      throw new Problem.Invalid(
          "The working copy has more than %d MiB.".formatted(TrialPiece.MOST_TOGETHER >> 20),
          "Name in .gitignore what need not be there.");
    }
    var trial = begun(of, piece.ticket());
    if (trial.opening.isPresent()) return; // a piece that comes twice, the second time late
    try (var file =
        FileChannel.open(trial.pack(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(piece.bytes());
      for (long at = piece.at(); bytes.hasRemaining(); ) at += file.write(bytes, at);
    } catch (IOException e) {
      throw unusable(trial.folder, e);
    }
  }

  private Trial begun(Workspace of, String ticket) {
    var known = Optional.ofNullable(trials.get(of.id()));
    if (known.isPresent() && known.get().ticket.equals(ticket)) return asked(known.get());
    if (known.isPresent() && !isForgotten(known.get())) {
      throw new Problem.Conflict(
          "Another trial of this workspace is under way.",
          "Wait for its end, or end it: Ctrl-C where it was begun.");
    }
    known.ifPresent(_ -> end(of));
    if (!ticket.matches("[0-9a-z]{8,64}")) {
      throw new Problem.Invalid("That is no ticket.", "Ask by `gp validate`.");
    }
    var folder = newFolder();
    var trial = new Trial(ticket, folder);
    trials.put(of.id(), trial);
    return trial;
  }

  private Path newFolder() {
    var random = new byte[16];
    new SecureRandom().nextBytes(random);
    var folder =
        sources
            .trials()
            .orElseThrow(() ->
                new Problem.Refused(
                    "This installation tries no working copies.", "Push it, and open it."))
            .resolve(FOLDER + HexFormat.of().formatHex(random));
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      return folder;
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static Problem unusable(Path folder, IOException e) {
    return new Problem.Unavailable(
        "The working copy cannot be kept in %s: %s.".formatted(folder, e.getMessage()),
        "See that its disk is there, writable and not full.",
        e);
  }

  private static Trial asked(Trial trial) {
    trial.askedNanos = System.nanoTime();
    return trial;
  }

  private synchronized Trial known(Workspace of, String ticket) {
    var trial = trials.get(of.id());
    if (trial != null && trial.ticket.equals(ticket)) return asked(trial);
    throw new Problem.Missing(
        "There is no such trial of this workspace; a server that restarts forgets them.",
        "Begin another one: gp validate");
  }

  /** Opens what was sent, in a thread of its own; nothing where that was asked before. */
  public void start(Workspace of, StartTrial asked) {
    var trial = known(of, asked.ticket());
    synchronized (this) {
      if (trial.opening.isPresent()) return;
      if (size(trial.pack()) != asked.bytes()) {
        throw new Problem.Invalid("A piece of the working copy is missing.", "Try again.");
      }
      var opening =
          Thread.ofVirtual().name("trial " + of.id()).unstarted(() -> run(of, trial, asked));
      trial.opening = Optional.of(opening);
      opening.start();
    }
  }

  private void run(Workspace of, Trial trial, StartTrial asked) {
    try {
      trial.opened.complete(opened(of, trial, asked));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      trial.opened.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      trial.opened.completeExceptionally(e); // whoever asks is told
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  private WorkspaceId opened(Workspace of, Trial trial, StartTrial asked)
      throws InterruptedException {
    try {
      return open(of, trial, asked);
    } finally {
      // Who ended it meanwhile removed a folder that was still being filled.
      if (!isKnown(of, trial)) sources.discard(trial.folder);
    }
  }

  private synchronized void isRepository(Trial trial) {
    trial.isRepository = true;
  }

  private synchronized boolean isKnown(Workspace of, Trial trial) {
    return trials.get(of.id()) == trial;
  }

  private WorkspaceId open(Workspace of, Trial trial, StartTrial asked)
      throws InterruptedException {
    var name = of.plan().trusted().repository();
    var repository = trial.folder.resolve(name.startsWith(".") ? "_" + name : name);
    var url = sources.sent(repository, trial.pack(), asked.commit(), asked.branch().orElse("main"));
    isRepository(trial);
    remove(of.id().trial());
    if (!isKnown(of, trial)) {
      throw new Problem.Conflict("The trial was ended.", "Begin another one: gp validate");
    }
    return workspaces.trial(of, url.text(), asked.definition()).id();
  }

  /** One of before, whoever asked for it. */
  private void remove(WorkspaceId id) throws InterruptedException {
    long until = System.nanoTime() + REMOVED_WITHIN.toNanos();
    for (var left = workspaces.find(id); left.isPresent(); left = workspaces.find(id)) {
      if (!(left.get().intent() instanceof Intent.Delete)) {
        workspaces.delete(left.get().owner(), id);
      }
      if (System.nanoTime() > until) {
        throw new Problem.Unavailable(
            "The trial of before is still being deleted.", "Try again in a moment.");
      }
      Thread.sleep(LOOKS);
    }
  }

  /** How it stands. */
  public TrialView look(Workspace of, LookAtTrial asked) throws InterruptedException {
    var trial = known(of, asked.ticket());
    if (!trial.opened.isDone()) return shown(Stage.STARTING, "Reading the working copy");
    if (trial.opened.isCompletedExceptionally()) {
      if (trial.opened.exceptionNow() instanceof Problem problem) throw problem;
      throw new IllegalStateException("a trial was not opened", trial.opened.exceptionNow());
    }
    var found = workspaces.find(trial.opened.resultNow());
    if (found.isEmpty()) return shown(Stage.ENDED, "It was deleted.");
    var workspace = found.get();
    var view = views.of(workspace);
    var tasks =
        lastSeen
            .of(workspace.id())
            .filter(_ -> workspace.phase() instanceof Phase.Running)
            .map(sight -> sight.status().tasks())
            .orElse(List.<InstanceStatus.TaskState>of());
    return new TrialView(
        stage(workspace.phase()),
        words(workspace.phase()),
        Optional.of(view.url()),
        ToldNotices.of(view.notices().stream().limit(LINES).toList()),
        tasks.stream().limit(LINES).toList(),
        ports(view),
        asked.log() ? Optional.of(log(workspace)) : Optional.empty());
  }

  private static TrialView shown(Stage stage, String words) {
    return new TrialView(
        stage, words, Optional.empty(), ToldNotices.NONE, List.of(), List.of(), Optional.empty());
  }

  private static Stage stage(Phase phase) {
    return switch (phase) {
      case Phase.Pending _, Phase.Starting _ -> Stage.STARTING;
      case Phase.Running _ -> Stage.RUNNING;
      case Phase.Stopping _, Phase.Stopped _, Phase.Failed _ -> Stage.ENDED;
    };
  }

  private static String words(Phase phase) {
    return switch (phase) {
      case Phase.Pending _ -> "Waiting";
      case Phase.Starting(_, var steps) ->
          steps.isEmpty()
              ? "Starting"
              : "%s %s".formatted(steps.getLast().name(), steps.getLast().detail());
      case Phase.Running _ -> "It runs.";
      case Phase.Stopping(_, var why) -> "It stops: " + why;
      case Phase.Stopped(_, var why) -> "It stopped: " + why;
      case Phase.Failed(_, var what, var remedy) -> what + " " + remedy;
    };
  }

  private static List<String> ports(WorkspaceView view) {
    var lines = new ArrayList<String>();
    for (var port : view.ports().subList(0, Math.min(LINES, view.ports().size()))) {
      lines.add(
          "%d%s: %s"
              .formatted(
                  port.port(),
                  port.name().map(name -> " (" + name + ")").orElse(""),
                  port.served() ? "served at " + port.url() : "nothing listens"));
    }
    return lines;
  }

  private String log(Workspace workspace) throws InterruptedException {
    var all = logs.of(workspace);
    return all.length() <= LOG_CHARACTERS ? all : all.substring(all.length() - LOG_CHARACTERS);
  }

  /** Ends the trial of that ticket; nothing where it is gone. */
  public synchronized void end(Workspace of, String ticket) {
    var trial = trials.get(of.id());
    if (trial != null && trial.ticket.equals(ticket)) end(of);
  }

  private void end(Workspace of) {
    end(of.id());
  }

  private synchronized void end(WorkspaceId of) {
    var trial = trials.remove(of);
    if (trial == null) return;
    // Whoever is just opening it finds it gone from the map, or the sweep finds what he opened.
    trial.opening.filter(_ -> !trial.isRepository).ifPresent(Thread::interrupt);
    workspaces.find(of.trial()).ifPresent(this::delete);
    sources.discard(trial.folder);
  }

  private void delete(Workspace trial) {
    if (!(trial.intent() instanceof Intent.Delete)) workspaces.delete(trial.owner(), trial.id());
  }

  // ---- what nobody looks at

  private void sweep() {
    try {
      while (true) {
        Thread.sleep(SWEEP);
        try {
          sweepOnce();
        } catch (RuntimeException | Error e) {
          LOG.warn("trials that nobody looks at cannot be ended; trying again", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server is closing
    }
  }

  void sweepOnce() {
    synchronized (this) {
      var forgotten =
          trials.entrySet().stream()
              .filter(one -> isForgotten(one.getValue()))
              .map(Map.Entry::getKey)
              .toList();
      forgotten.forEach(this::end);
    }
    if (System.nanoTime() - began < forgotten.toNanos()) return;
    for (var left : workspaces.trials()) {
      synchronized (this) {
        boolean known = trials.keySet().stream().anyMatch(of -> of.trial().equals(left.id()));
        if (!known) delete(left);
      }
    }
  }

  @Override
  public void close() {
    sweeper.interrupt();
  }
}
