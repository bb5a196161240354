package dev.berth.supervisor.process;

import static dev.berth.supervisor.process.Native.Call.CLOSE;
import static dev.berth.supervisor.process.Native.Call.KILL;
import static dev.berth.supervisor.process.Native.Call.OPENAT;
import static dev.berth.supervisor.process.Native.Call.PIPE2;
import static dev.berth.supervisor.process.Native.Call.WAITID;

import dev.berth.base.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts processes, and reaps them and, as process 1, whatever else ends. Any thread may call.
 *
 * <p>Nothing may start processes by {@link ProcessBuilder} beside it: as process 1 it would take
 * their exit codes away.
 */
public final class Processes {
  /** What the user's processes have above the supervisor's, so that they are killed first. */
  private static final int OOM_SCORE = 300;

  private static final Path OOM_SCORE_FILE = Path.of("/proc/self/oom_score_adj");

  private static final System.Logger LOG = System.getLogger(Processes.class.getName());

  /** How soon an orphan is reaped where we have no child of our own to wait for. */
  private static final long IDLE_MILLIS = 1000;

  private static final int O_RDWR = 2;
  private static final int O_NOCTTY = 0400;
  private static final int O_CLOEXEC = 02000000;
  private static final int AT_FDCWD = -100;

  // waitid(2)
  private static final int ALL = 0;
  private static final int ONE = 1;
  private static final int EXITED = 4;
  private static final int DO_NOT_REAP = 0x01000000;
  private static final int CODE_EXITED = 1;

  private final Poller poller = Poller.open();
  private final Map<Integer, Child> children = new HashMap<>();
  private boolean ending;
  private final boolean first = ProcessHandle.current().pid() == 1;

  private Processes() {}

  /** Its reaper runs on a thread of its own, for as long as this process lives. */
  public static Processes open() {
    var processes = new Processes();
    Thread.ofPlatform().daemon().name("reaper").start(processes::reap);
    return processes;
  }

  /** Starts {@code launch} in a new terminal, whose other side is the answer's. */
  public Pty startInTerminal(Launch launch, Pty.Size size) {
    var master = openMaster();
    try {
      var slave = Pty.slave(master);
      launch.as().ifPresent(identity -> Pty.give(slave, identity));
      Pty.resize(master, size);
      return new Pty(start(launch, new Spawn.Streams.Terminal(slave)), master);
    } catch (Throwable e) {
      master.close();
      throw e;
    }
  }

  /** Starts {@code launch} with three pipes. */
  public Piped startPiped(Launch launch) {
    var input = pipe();
    var output = pipe();
    var errors = pipe();
    try {
      var child =
          start(launch, new Spawn.Streams.Numbers(input.read(), output.write(), errors.write()));
      return new Piped(
          child,
          Descriptor.of(input.write(), poller, 0),
          Descriptor.of(output.read(), poller, 0),
          Descriptor.of(errors.read(), poller, 0));
    } catch (Throwable e) {
      Native.call(CLOSE, input.write());
      Native.call(CLOSE, output.read());
      Native.call(CLOSE, errors.read());
      throw e;
    } finally {
      Native.call(CLOSE, input.read());
      Native.call(CLOSE, output.write());
      Native.call(CLOSE, errors.write());
    }
  }

  private Child start(Launch launch, Spawn.Streams streams) {
    // The reaper may not look at the new process before it is noted.
    synchronized (this) {
      if (ending) {
        throw new Problem.Unavailable(
            "The instance is stopping and starts nothing more.", "Start the workspace again.");
      }
      int pid = spawn(launch, streams);
      if (pid < 0) throw cannotStart(launch, -pid);
      var child = new Child(this, pid);
      children.put(pid, child);
      notifyAll();
      return child;
    }
  }

  private static Problem cannotStart(Launch launch, int errno) {
    var name = launch.argv().getFirst();
    return switch (errno) {
      case Native.ENOENT ->
          new Problem.Missing(
              "Cannot run %s in %s: no such program or folder.".formatted(name, launch.workdir()),
              "Check that the image has it and that the folder exists.");
      case Native.EACCES ->
          new Problem.Refused(
              "Cannot run %s in %s: permission denied.".formatted(name, launch.workdir()),
              "Make it executable for user gitpod, and its folder readable.");
      default ->
          new Problem.Unavailable(
              "Cannot run %s: the system answers error %d.".formatted(name, errno),
              "End processes that are not needed, or take a larger workspace class.");
    };
  }

  /**
   * A child inherits the score, so ours is raised for the moment of its start: written to the child
   * it would come too late for what that has started by then. To lower it again to what it was
   * needs no right (proc(5)).
   */
  private int spawn(Launch launch, Spawn.Streams streams) {
    int own = oomScore();
    setOomScore(Math.min(1000, own + OOM_SCORE));
    try {
      return Spawn.spawn(launch, streams);
    } finally {
      setOomScore(own);
    }
  }

  private static int oomScore() {
    try {
      return Integer.parseInt(Files.readString(OOM_SCORE_FILE).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void setOomScore(int score) {
    try {
      Files.writeString(OOM_SCORE_FILE, Integer.toString(score));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the OOM score cannot be set to " + score, e);
    }
  }

  private Descriptor openMaster() {
    try (var arena = Arena.ofConfined()) {
      long number =
          Native.call(
              OPENAT,
              AT_FDCWD,
              arena.allocateFrom("/dev/ptmx").address(),
              O_RDWR | O_NOCTTY | O_CLOEXEC,
              0,
              0,
              0);
      if (number < 0) {
        throw new Problem.Unavailable(
            "No terminal can be opened: /dev/ptmx answers error %d.".formatted(-number),
            "Close terminals that are not needed.");
      }
      return Descriptor.of((int) number, poller, O_RDWR);
    }
  }

  private record Pipe(int read, int write) {}

  private static Pipe pipe() {
    try (var arena = Arena.ofConfined()) {
      var numbers = arena.allocate(ValueLayout.JAVA_INT, 2);
      Native.must("pipe2", Native.call(PIPE2, numbers.address(), O_CLOEXEC));
      return new Pipe(
          numbers.getAtIndex(ValueLayout.JAVA_INT, 0), numbers.getAtIndex(ValueLayout.JAVA_INT, 1));
    }
  }

  /** Sends {@code signal} to the group of {@code child}, unless its number may be another's now. */
  synchronized void signal(Child child, int signal) {
    if (children.containsKey(child.pid())) Native.call(KILL, -child.pid(), signal);
  }

  void endSession(int session, Duration grace) throws InterruptedException {
    long until = System.nanoTime() + grace.toNanos();
    signalAll(session(session), Signals.HUP);
    signalAll(session(session), Signals.CONT);
    while (!session(session).isEmpty() && System.nanoTime() < until) Thread.sleep(20);
    signalAll(session(session), Signals.KILL);
  }

  /**
   * Ends all processes but this one: asks, waits at most {@code grace}, kills. Where this is not
   * process 1 only those that it started and their sessions.
   */
  public void endAll(Duration grace) throws InterruptedException {
    synchronized (this) {
      ending = true;
    }
    long until = System.nanoTime() + grace.toNanos();
    var all = everyone();
    var asked = new Asked(all);
    signalAll(pids(all), Signals.TERM);
    signalAll(pids(everyone()), Signals.CONT);
    for (var left = everyone(); !left.isEmpty() && System.nanoTime() < until; left = everyone()) {
      var words = asked.next(left, System.nanoTime());
      signalAll(pids(words.hangUp()), Signals.HUP);
      signalAll(pids(words.end()), Signals.TERM);
      Thread.sleep(20);
    }
    signalAll(pids(everyone()), Signals.KILL);
  }

  private synchronized List<Integer> leaders() {
    return List.copyOf(children.keySet());
  }

  private List<Stat> everyone() {
    if (first) return Stat.running().stream().filter(process -> process.pid() != 1).toList();
    var leaders = leaders();
    return Stat.running().stream().filter(process -> leaders.contains(process.session())).toList();
  }

  private static List<Integer> pids(List<Stat> processes) {
    return processes.stream().map(Stat::pid).toList();
  }

  private static List<Integer> session(int session) {
    return Stat.running().stream()
        .filter(process -> process.session() == session)
        .map(Stat::pid)
        .toList();
  }

  private static void signalAll(List<Integer> pids, int signal) {
    for (int pid : pids) Native.call(KILL, pid, signal);
  }

  private void reap() {
    var info = Arena.global().allocate(128); // siginfo_t
    while (true) {
      try {
        reapOne(info);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private void reapOne(MemorySegment info) throws InterruptedException {
    info.fill((byte) 0);
    long answer = Native.call(WAITID, ALL, 0, info.address(), EXITED | DO_NOT_REAP, 0, 0);
    if (answer == -Native.ECHILD) awaitChildren();
    if (answer < 0) return;
    int pid = info.get(ValueLayout.JAVA_INT, 16);
    Child child;
    synchronized (this) {
      child = children.get(pid);
      if (child != null || first) {
        Native.call(WAITID, ONE, pid, info.address(), EXITED, 0, 0);
        children.remove(pid);
      }
    }
    if (child != null) child.ended(code(info));
    // Not process 1, and somebody else's child: it is gone in a moment.
    else if (!first) Thread.sleep(5);
  }

  @SuppressWarnings("WaitNotInLoop") // its caller asks the kernel again in any case
  private synchronized void awaitChildren() throws InterruptedException {
    if (children.isEmpty()) wait(IDLE_MILLIS);
  }

  private static int code(MemorySegment info) {
    int status = info.get(ValueLayout.JAVA_INT, 24);
    return info.get(ValueLayout.JAVA_INT, 8) == CODE_EXITED ? status : 128 + status;
  }
}
